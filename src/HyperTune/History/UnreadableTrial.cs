namespace HyperTune.History;

/// <summary>A trial of which a storage holds something unreadable.</summary>
/// <param name="Id">The trial.</param>
/// <param name="Number">Its number, or null if that is what cannot be read.</param>
/// <param name="Column">The table and column, such as <c>trial_params.distribution_json</c>, or the place in a journal.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record UnreadableTrial(TrialId Id, int? Number, string Column, string Message);
