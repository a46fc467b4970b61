namespace HyperTune;

/// <summary>How <see cref="HyperbandPruner"/> assigns trials to brackets.</summary>
public enum BracketAssignment
{
    /// <summary>By a hash of the study's name and the trial's number, as Optuna does: the brackets' shares hold on the average.</summary>
    Hash,

    /// <summary>By the trial's number alone, in an order in which any trials in a row, as many as all brackets' budgets are together, have exactly these budgets.</summary>
    Cycle,
}
