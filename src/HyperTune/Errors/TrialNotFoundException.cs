namespace HyperTune;

/// <summary>The study has no trial of this number.</summary>
public sealed class TrialNotFoundException(string study, int number)
    : HyperTuneException($"The study '{study}' has no trial {number}.")
{
    /// <summary>The study's name.</summary>
    public string Study { get; } = study;

    /// <summary>The number.</summary>
    public int Number { get; } = number;
}
