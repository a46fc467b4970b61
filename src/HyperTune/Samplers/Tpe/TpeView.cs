using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private readonly Dictionary<string, (int Number, Distribution Distribution)> _distributions = new(StringComparer.Ordinal);
    private readonly GroupDecomposition _groups = new();

    // Views of snapshots that this one is ahead of; each lives as long as its snapshot.
    private readonly ConditionalWeakTable<StudyHistory, TpeView> _older = [];

    public Lock Gate { get; } = new();

    public TpeRanking Ranking { get; } = new();

    /// <summary>The groups of names that always occur together.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups => _groups.Groups;

    /// <summary>Takes the view that has the snapshot's rows and no others, to be used until the scope is left.</summary>
    /// <remarks>A trial asks for parameters while others end. For a snapshot that is older than the study's view a view of its own is made.</remarks>
    public static Lock.Scope Enter(StudyHistory history, out TpeView view)
    {
        view = history.View<TpeView>(Key, Extend);
        Lock.Scope scope = view.Gate.EnterScope();
        if (view.Ranking.History!.Count == history.Count) return scope;
        scope.Dispose();
        view = view._older.GetValue(history, static snapshot => Extend(snapshot, former: null));
        return view.Gate.EnterScope();
    }

    /// <summary>The distribution that a parameter has in the trial with the highest number.</summary>
    public Distribution DistributionOf(string name) => _distributions[name].Distribution;

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
                view.NoteDistributions(history.Numbers[row], last);
            }
            view.Ranking.Extend(history);
        }
        return view;
    }

    private void NoteDistributions(int number, ParameterSchema schema)
    {
        for (int i = 0; i < schema.Count; i++)
        {
            ref (int Number, Distribution Distribution) latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_distributions, schema.Names[i], out bool isKnown);
            if (!isKnown || latest.Number < number) latest = (number, schema.Distributions[i]);
        }
    }
}
