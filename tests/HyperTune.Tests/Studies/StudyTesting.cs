using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Samplers;
using HyperTune.Trials;

namespace HyperTune.Tests.Studies;

/// <summary>What the tests of studies share.</summary>
internal static class StudyTesting
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static RandomSampler Seeded(ulong seed = 1) => new(new() { Seed = seed });

    public static Study New(params Direction[] directions) =>
        Study.Create(new() { Sampler = Seeded(), Pruner = new NopPruner(), Directions = directions.Length == 0 ? null : directions });

    public static TrialTemplate Finished(double value, params (string Name, double Value)[] parameters) => new()
    {
        State = TrialState.Complete,
        Values = [value],
        Parameters = ParameterSet.Of(parameters.Select(parameter => new Parameter(parameter.Name, new FloatDistribution(0, 1), parameter.Value))),
        StartedAt = DateTimeOffset.UnixEpoch,
        CompletedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>All that makes a study what it is, but for times and request ids.</summary>
    public static string Describe(Study study) => string.Join('\n', study.Trials.Select(trial =>
        $"{trial.Number} {trial.State} [{string.Join(' ', trial.Values.Select(value => value.ToString("R", null)))}] "
        + string.Join(' ', trial.Parameters.Select(parameter => $"{parameter.Name}={parameter.Value:R}"))));
}

/// <summary>A sampler made of delegates; what is left out draws at random.</summary>
internal sealed class FakeSampler : ISampler
{
    public ulong? Seed { get; init; } = 1;

    public Func<StudyHistory, TrialContext, SearchSpace>? Infer { get; init; }

    public Func<StudyHistory, TrialContext, SearchSpace, ParameterSet>? Sample { get; init; }

    public Func<StudyHistory, TrialContext, string, Distribution, double>? Independent { get; init; }

    public Action<StudyHistory, TrialContext, TrialOutcome>? After { get; init; }

    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial) => Infer?.Invoke(history, trial) ?? SearchSpace.Empty;

    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space) => Sample?.Invoke(history, trial, space) ?? ParameterSet.Empty;

    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) =>
        Independent?.Invoke(history, trial, name, distribution) ?? HyperTune.Spaces.RandomDraw.Independent(trial, name, distribution);

    public void AfterTrial(StudyHistory history, TrialContext trial, TrialOutcome outcome) => After?.Invoke(history, trial, outcome);
}

/// <summary>A pruner made of a delegate.</summary>
internal sealed class FakePruner(Func<StudyHistory, TrialContext, PruneDecision> judge) : IPruner
{
    public Action<StudyHistory, TrialContext>? Before { get; init; }

    public void BeforeTrial(StudyHistory history, TrialContext trial) => Before?.Invoke(history, trial);

    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial) => judge(history, trial);
}
