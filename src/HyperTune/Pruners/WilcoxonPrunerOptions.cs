namespace HyperTune;

/// <summary>Options of <see cref="WilcoxonPruner"/>.</summary>
public sealed record WilcoxonPrunerOptions
{
    /// <summary>The p value below which a trial is pruned. 0 to 1; 0.1 by default. The lower, the fewer good trials are lost and the later bad ones end.</summary>
    public double Threshold { get; init => field = Guard.InRange(value, 0, 1); } = 0.1;

    /// <summary>Nothing is pruned before so many instances can be compared. 0 or more; 2 by default, and at least 2 are always needed.</summary>
    public int StartupSteps { get; init => field = Guard.AtLeast(value, 0); } = 2;

    /// <summary>The objective whose reports are compared, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }
}
