using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Tpe;

/// <summary>What TPE derives from one study's history: rankings of its trials and a model for each space that was asked for.</summary>
/// <remarks>
/// Its members are used under <see cref="Gate"/>. A trial asks for parameters while others end, so that snapshots that are a few rows apart
/// are asked for by turns. Rankings and models follow either way, by the rows between, and are a function of the rows they are at.
/// </remarks>
internal sealed class TpeView
{
    /// <summary>Models and rankings that are kept. Ranges and rungs that move with every trial would otherwise fill the memory.</summary>
    private const int KeptModels = 64;

    private static readonly object Key = new();

    private readonly Dictionary<(TpeSamplerOptions Options, SearchSpace Space, TpeScope Scope), TpeModel> _models = [];
    private readonly Dictionary<TpeScope, TpeRanking> _rankings = [];
    private readonly Dictionary<TpeScope, TpeProgress> _progress = [];

    public Lock Gate { get; } = new();

    /// <summary>The view of a study, at whatever snapshot it was last asked for.</summary>
    public static TpeView Of(StudyHistory history) => history.View<TpeView>(Key, static (_, former) => former ?? new TpeView());

    /// <summary>The ranking of some trials, as of a snapshot.</summary>
    public TpeRanking RankingOf(TpeScope scope, StudyHistory history)
    {
        TpeRanking ranking = Kept(_rankings, scope, static scope => new TpeRanking(scope));
        ranking.MoveTo(history);
        return ranking;
    }

    /// <summary>How far the trials of a branch came, or all, as of a snapshot.</summary>
    public TpeProgress ProgressOf(SpaceBranch? branch, StudyHistory history)
    {
        TpeProgress progress = Kept(_progress, new TpeScope(branch), static scope => new TpeProgress(scope.Branch));
        progress.MoveTo(history);
        return progress;
    }

    /// <summary>The model of a flat space over some trials.</summary>
    public TpeModel ModelOf(TpeSamplerOptions options, SearchSpace space, TpeScope scope, StudyHistory history) =>
        Kept(_models, (options, space, scope), _ => new TpeModel(space, options, history.Directions.Count > 1, scope));

    private static TValue Kept<TKey, TValue>(Dictionary<TKey, TValue> all, TKey key, Func<TKey, TValue> make)
        where TKey : notnull
    {
        if (all.TryGetValue(key, out TValue? known)) return known;
        if (all.Count == KeptModels) all.Clear();
        TValue made = make(key);
        all.Add(key, made);
        return made;
    }
}
