namespace PruningSample;

/// <summary>What one study gave.</summary>
/// <param name="Best">The best value of the trials that ran to the end.</param>
/// <param name="Steps">The steps that all trials ran, as counted by the objective.</param>
/// <param name="Pruned">The number of trials that ended early.</param>
internal sealed record Outcome(double Best, int Steps, int Pruned);
