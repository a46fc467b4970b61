using HyperTune.Numerics;

namespace HyperTune.Samplers.CmaEs;

/// <summary>All that <see cref="CmaEsSampler"/> knows after a number of generations. Immutable.</summary>
internal sealed record CmaRun
{
    /// <summary>The space that it is about.</summary>
    public required CmaSpace Space { get; init; }

    /// <summary>The distribution of the coordinates.</summary>
    public required CmaState Numeric { get; init; }

    /// <summary>The scales of the coordinates' margins.</summary>
    public required double[] Scales { get; init; }

    /// <summary>The grids of the coordinates; null if none has a margin.</summary>
    public required MarginGrid? Grid { get; init; }

    /// <summary>The adaptive learning rates; null if they are fixed.</summary>
    public required LearningRates? Rates { get; init; }

    /// <summary>The distribution of the categorical parameters; null if there are none.</summary>
    public required CategoricalModel? Categorical { get; init; }

    public required RestartPlan Plan { get; init; }

    /// <summary>The row of the best trial since the last restart; null before the first generation.</summary>
    public int? BestRow { get; init; }

    /// <summary>Trials told since the last restart.</summary>
    public long Evaluations { get; init; }

    /// <summary>Draws a point: its coordinates as they are to be told, and its parameters.</summary>
    /// <remarks>Coordinates without a margin that leave the box are drawn again, at last all of them cut.</remarks>
    public ParameterSet Draw(RandomStream random, Span<double> coordinates)
    {
        var encoded = new double[coordinates.Length];
        int attempts = ResampleFactor * coordinates.Length;
        do Numeric.Draw(random, coordinates);
        while (--attempts > 0 && !IsInside(coordinates));
        for (int i = 0; i < coordinates.Length; i++)
        {
            if (!IsFree(i)) coordinates[i] = Math.Clamp(coordinates[i], 0, 1);
            encoded[i] = Encode(i, coordinates[i]);
        }
        var choices = new int[Space.Choices.Length];
        Categorical?.Draw(random, choices);
        return Space.ToParameters(encoded, choices);
    }

    /// <summary>The value that a coordinate stands for: itself, or one of a grid.</summary>
    public double Encode(int coordinate, double value) => Grid is null ? value : Grid.Encode(coordinate, value, Numeric.Mean[coordinate], Scales[coordinate]);

    /// <summary>The coordinate that stands for a value of a coordinate with a margin, the mean and scale being what they are.</summary>
    public double Decode(int coordinate, double encoded) =>
        IsFree(coordinate) ? (encoded - Numeric.Mean[coordinate]) / Scales[coordinate] + Numeric.Mean[coordinate] : encoded;

    private const int ResampleFactor = 10;

    private bool IsFree(int coordinate) => Grid?.IsDiscrete(coordinate) == true;

    private bool IsInside(ReadOnlySpan<double> coordinates)
    {
        for (int i = 0; i < coordinates.Length; i++)
        {
            if (!IsFree(i) && coordinates[i] is < 0 or > 1) return false;
        }
        return true;
    }
}
