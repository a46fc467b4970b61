namespace HyperTune;

/// <summary>A storage's own number for a study. It means nothing outside that storage.</summary>
public readonly record struct StudyId(long Value);
