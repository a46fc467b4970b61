using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Tpe;

/// <summary>What TPE derives from one study's history: the ranking of its trials and a model for each space that was asked for.</summary>
/// <remarks>
/// Its members are used under <see cref="Gate"/>. A trial asks for parameters while others end, so that snapshots that are a few rows apart
/// are asked for by turns. Ranking and models follow either way, by the rows between, and are a function of the rows they are at.
/// </remarks>
internal sealed class TpeView
{
    /// <summary>Models that are kept. Ranges that move with every trial would otherwise fill the memory.</summary>
    private const int KeptModels = 64;

    private static readonly object Key = new();

    private readonly Dictionary<(TpeSamplerOptions Options, SearchSpace Space, SpaceBranch? Branch), TpeModel> _models = [];

    public Lock Gate { get; } = new();

    /// <summary>The ranking of all trials.</summary>
    public TpeRanking Ranking { get; } = new();

    /// <summary>The view of a study, at whatever snapshot it was last asked for.</summary>
    public static TpeView Of(StudyHistory history) => history.View<TpeView>(Key, static (_, former) => former ?? new TpeView());

    /// <summary>The model of a flat space, over the trials of a branch or, if that is null, over all.</summary>
    public TpeModel ModelOf(TpeSamplerOptions options, SearchSpace space, SpaceBranch? branch)
    {
        if (_models.TryGetValue((options, space, branch), out TpeModel? known)) return known;
        if (_models.Count == KeptModels) _models.Clear();
        var model = new TpeModel(space, options, Ranking.History!.Directions.Count > 1, branch);
        _models.Add((options, space, branch), model);
        return model;
    }
}
