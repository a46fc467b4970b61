using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>Short forms of the requests to a storage.</summary>
internal static class Requests
{
    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, 900, TimeSpan.Zero);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ValueTask<StudyRecord> CreateAsync(this IStorage storage, string name = "study") =>
        storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, Token);

    public static TrialStart Start(int count = 1, int? total = null, bool isLeased = true) =>
        new() { Count = count, TotalTrials = total, StartedAt = Time, RequestId = Guid.NewGuid(), IsLeased = isLeased };

    public static ValueTask<IReadOnlyList<TrialRecord>> StartAsync(this IStorage storage, StudyRecord study, int count = 1, bool isLeased = true) =>
        storage.StartTrialsAsync(study.Id, Start(count, isLeased: isLeased), Token);

    public static TrialChanges Finish(TrialRecord trial, double value = 1.5, params Parameter[] parameters) => new()
    {
        Trial = trial.Id,
        Parameters = parameters,
        Finish = new() { State = TrialState.Complete, Values = [value], CompletedAt = Time.AddSeconds(1), RequestId = Guid.NewGuid() },
    };

    public static async Task<WriteOutcome> WriteAsync(this IStorage storage, StudyRecord study, TrialChanges changes) =>
        Assert.Single(await storage.WriteAsync(study.Id, [changes], Token));

    public static ValueTask<StudyDelta> ReadAsync(this IStorage storage, StudyRecord study, StudyCursor? since = null) =>
        storage.ReadAsync(study.Id, since ?? StudyCursor.Start, Token);

    /// <summary>Copies a study with the trials that do not run, which are returned as they were.</summary>
    public static async Task<(StudyRecord Copy, TrialRecord[] Trials)> CopyAsync(this IStorage from, StudyRecord study, IStorage to)
    {
        TrialRecord[] trials = [.. (await from.ReadAsync(study)).Trials.Where(trial => trial.State != TrialState.Running)];
        var definition = new StudyDefinition { Name = study.Name, Directions = study.Directions, UserAttributes = study.UserAttributes, SystemAttributes = study.SystemAttributes };
        StudyRecord copy = await to.CreateStudyAsync(definition, Token);
        await to.AddTrialsAsync(copy.Id, new() { Trials = [.. trials.Select(TrialTemplate.From)], RequestId = Guid.NewGuid() }, Token);
        return (copy, trials);
    }

    public static TrialTemplate Waiting(double x) => new()
    {
        State = TrialState.Waiting,
        SystemAttributes = AttributeSet.Empty.With("fixed_params", AttributeValue.Object(("x", (AttributeValue)x))),
    };
}
