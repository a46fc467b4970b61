namespace HyperTune;

/// <summary>Options of <see cref="GridSampler"/>. <see cref="Values"/> or <see cref="Space"/> is needed.</summary>
public sealed record GridSamplerOptions
{
    /// <summary>The values of each parameter by name, as the objective sees them: null, bools, numbers and texts, no two of them equal. Empty by default.</summary>
    /// <remarks>Copied by the sampler. They come before what <see cref="Space"/> says of the same name.</remarks>
    public IReadOnlyDictionary<string, IReadOnlyList<object?>> Values { get; init => field = Guard.NotNull(value); } = new Dictionary<string, IReadOnlyList<object?>>();

    /// <summary>A space without conditions, whose parameters' values make the grid; null (the default) for <see cref="Values"/> alone.</summary>
    public SearchSpace? Space { get; init; }

    /// <summary>The most values taken of each range of <see cref="Space"/>, spread evenly on its scale with both ends among them. 2 or more; with null (the default) all values of a range are taken.</summary>
    /// <remarks>Needed where <see cref="Space"/> has a range of doubles without a step.</remarks>
    public int? PointsPerRange { get; init => field = value is { } points ? Guard.AtLeast(points, 2) : null; }

    /// <summary>Whether the order of the cells is shuffled. True by default; else the values of the last name change fastest.</summary>
    public bool IsShuffled { get; init; } = true;

    /// <summary>The seed of the order, and of what is drawn for enqueued trials and beside the grid. 0 to 2^32 - 1, as in Optuna. With null (the default) the order is that of seed 0, and each study draws a seed for the rest.</summary>
    /// <remarks>All workers of a study need the same one, those of Optuna included.</remarks>
    public ulong? Seed
    {
        get;
        init => field = value is null or <= uint.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Seed), value, $"{nameof(Seed)} is {Guard.Show(value)}, but must be from 0 to {Guard.Show(uint.MaxValue)}. Give a smaller one.");
    }

    /// <summary>How often a cell is tried while its trials fail; then it counts as finished. 1 or more; 3 by default.</summary>
    public int MaxTries { get; init => field = Guard.AtLeast(value, 1); } = 3;

    /// <summary>Whether parameters that the grid lacks are drawn at random. False by default: asking for one throws an <see cref="InvalidOperationException"/>.</summary>
    public bool DrawsOthers { get; init; }
}
