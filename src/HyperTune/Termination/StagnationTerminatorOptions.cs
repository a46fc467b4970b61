namespace HyperTune;

/// <summary>Options of <see cref="StagnationTerminator"/>.</summary>
public sealed record StagnationTerminatorOptions
{
    /// <summary>How many trials in a row must have brought no improvement. 1 or more; 50 by default.</summary>
    /// <remarks>Complete and pruned trials count; failed and imported ones do not.</remarks>
    public int Trials { get; init => field = Guard.AtLeast(value, 1); } = 50;

    /// <summary>The improvement over these trials up to which the study is said to stand still. Finite, 0 or more; 0 by default.</summary>
    /// <remarks>With one objective it is in the objective's unit, with several a share of the present hypervolume: 0.001 is a thousandth.</remarks>
    public double Tolerance { get; init => field = Guard.Finite(Guard.AtLeast(value, 0), nameof(Tolerance)); }

    /// <summary>Several objectives only: a value of each, worse than what is to count. None, the default, lies a little beyond the worst values of the present front.</summary>
    public ObjectiveValues ReferencePoint { get; init; }
}
