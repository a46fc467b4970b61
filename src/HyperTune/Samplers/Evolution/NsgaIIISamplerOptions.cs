using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace HyperTune;

/// <summary>Options of <see cref="NsgaIIISampler"/>.</summary>
public sealed record NsgaIIISamplerOptions : GeneticSamplerOptions
{
    /// <summary>Into how many parts each axis is divided to make evenly spread reference directions. 1 or more; null (the default): as many as give no more directions than <see cref="GeneticSamplerOptions.PopulationSize"/>, at least 1.</summary>
    public int? Partitions { get; init => field = value is { } partitions ? Guard.AtLeast(partitions, 1) : null; }

    /// <summary>Directions along which the front is to be spread, instead of even ones: one number for each objective, none negative, not all 0. Null (the default): even ones.</summary>
    /// <remarks>They count from the best value of each objective on, each objective scaled by what it spans. Directions that lie close together ask for more trials there.</remarks>
    public IReadOnlyList<IReadOnlyList<double>>? ReferenceDirections { get; init => field = value is null ? null : Checked(value); }

    private static ReadOnlyCollection<IReadOnlyList<double>> Checked(IReadOnlyList<IReadOnlyList<double>> directions, [CallerMemberName] string? option = null)
    {
        Guard.NotNullOrEmpty(directions, option);
        var copies = new IReadOnlyList<double>[directions.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            double[] copy = [.. Guard.NotNull(directions[i], option)];
            if (copy.Length != directions[0].Count || Array.Exists(copy, part => !(part >= 0 && double.IsFinite(part))) || Array.TrueForAll(copy, part => part == 0))
            {
                throw new ArgumentException(
                    $"Reference direction {Guard.Show(i)} is [{string.Join(", ", copy.Select(part => Guard.Show(part)))}]. Give as many finite numbers as objectives, none negative, not all 0.",
                    option);
            }
            copies[i] = Array.AsReadOnly(copy);
        }
        return Array.AsReadOnly(copies);
    }
}
