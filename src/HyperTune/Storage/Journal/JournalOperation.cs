namespace HyperTune.Storage.Journal;

/// <summary>The codes of operations in a journal.</summary>
internal static class JournalOperation
{
    public const long CreateStudy = 0;
    public const long DeleteStudy = 1;
    public const long StudyUserAttribute = 2;
    public const long StudySystemAttribute = 3;
    public const long CreateTrial = 4;
    public const long Parameter = 5;
    public const long StateAndValues = 6;
    public const long IntermediateValue = 7;
    public const long TrialUserAttribute = 8;
    public const long TrialSystemAttribute = 9;

    /// <summary>Written by another implementation; changes nothing.</summary>
    public const long Discarded = 10;
}
