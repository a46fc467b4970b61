namespace HyperTune.Pruners;

/// <summary>What a pruner makes of reports by fold (<see cref="Trial.ReportFold"/>).</summary>
public enum FoldReading
{
    /// <summary>It takes all reports as points of one curve. A rule that looks at the best report so far then keeps the trial with the luckiest fold.</summary>
    Unaware,

    /// <summary>It compares means over equal folds at equal steps. Reports that are scores of folds, without saying so, still mislead it.</summary>
    RunningMeans,

    /// <summary>It compares fold with fold, judges each report for itself, or looks at none.</summary>
    EachFold,
}
