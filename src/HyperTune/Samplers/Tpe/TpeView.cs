using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Tpe;

/// <summary>What TPE derives from one study's history: the ranking of its trials and a model for each space that was asked for.</summary>
/// <remarks>Its members are used under <see cref="Gate"/>; what they hold is a function of the history's rows alone.</remarks>
internal sealed class TpeView
{
    /// <summary>Models that are kept. Ranges that move with every trial would otherwise fill the memory.</summary>
    private const int KeptModels = 64;

    private static readonly object Key = new();

    private readonly Dictionary<(TpeSamplerOptions Options, SearchSpace Space), TpeModel> _models = [];
    private readonly GroupDecomposition _groups = new();

    public Lock Gate { get; } = new();

    public TpeRanking Ranking { get; } = new();

    /// <summary>The groups of names that always occur together.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups => _groups.Groups;

    public static TpeView Of(StudyHistory history) => history.View<TpeView>(Key, Extend);

    public TpeModel ModelOf(TpeSamplerOptions options, SearchSpace space)
    {
        if (_models.TryGetValue((options, space), out TpeModel? known)) return known;
        if (_models.Count == KeptModels) _models.Clear();
        var model = new TpeModel(space, options);
        _models.Add((options, space), model);
        return model;
    }

    private static TpeView Extend(StudyHistory history, TpeView? former)
    {
        TpeView view = former ?? new TpeView();
        lock (view.Gate)
        {
            ParameterSchema? last = null;
            for (int row = view.Ranking.History?.Count ?? 0; row < history.Count; row++)
            {
                if (history.States[row] == TrialState.Failed) continue;
                ParameterSet parameters = history[row].Parameters;
                if (!ReferenceEquals(parameters.Schema, last)) view._groups.Add(parameters.Names);
                last = parameters.Schema;
            }
            view.Ranking.Extend(history);
        }
        return view;
    }
}
