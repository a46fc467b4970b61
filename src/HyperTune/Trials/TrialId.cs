namespace HyperTune;

/// <summary>A storage's own number for a trial, unlike <see cref="TrialRecord.Number"/>, which counts the trials of one study from 0.</summary>
public readonly record struct TrialId(long Value);
