using System.Collections.Immutable;
using HyperTune.History;

namespace HyperTune.Spaces;

/// <summary>The search space that all finished trials of a study share: parameters that each of them has, with equal distributions, sorted by name.</summary>
/// <remarks>Kept as a view of the history, so that each trial is folded in once.</remarks>
public static class IntersectionSpace
{
    /// <summary>The space shared by all complete trials, and by pruned ones if wanted; empty when there are none.</summary>
    public static SearchSpace Of(StudyHistory history, bool includePruned)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.View<State>(includePruned ? WithPruned : WithoutPruned, includePruned ? ExtendWithPruned : ExtendWithoutPruned).At(history.Count);
    }

    private static readonly object WithPruned = new();

    private static readonly object WithoutPruned = new();

    private static State ExtendWithPruned(StudyHistory history, State? former) => Extend(history, former, includePruned: true);

    private static State ExtendWithoutPruned(StudyHistory history, State? former) => Extend(history, former, includePruned: false);

    private static State Extend(StudyHistory history, State? former, bool includePruned)
    {
        State state = former ?? new State(0, null, []);
        Dictionary<string, Distribution>? common = state.Common;
        var spaces = state.Spaces;
        ReadOnlySpan<TrialState> states = history.States;
        for (int row = state.Rows; row < history.Count; row++)
        {
            if (states[row] != TrialState.Complete && !(includePruned && states[row] == TrialState.Pruned)) continue;
            ParameterSet parameters = history[row].Parameters;
            if (common is null)
            {
                common = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Distribution, StringComparer.Ordinal);
            }
            else
            {
                if (common.All(entry => Has(parameters, entry.Key, entry.Value))) continue;
                common = common.Where(entry => Has(parameters, entry.Key, entry.Value)).ToDictionary(StringComparer.Ordinal);
            }
            spaces = spaces.Add((row, ToSpace(common)));
        }
        return new State(history.Count, common, spaces);
    }

    private static bool Has(ParameterSet parameters, string name, Distribution distribution)
    {
        int index = parameters.IndexOf(name);
        return index >= 0 && parameters.Schema.Distributions[index].Equals(distribution);
    }

    private static SearchSpace ToSpace(Dictionary<string, Distribution> common) =>
        SearchSpace.Create(common.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new SearchSpaceParameter(entry.Key, entry.Value)));

    /// <param name="Rows">The number of rows that are in.</param>
    /// <param name="Common">The parameters that all of them have; null before the first.</param>
    /// <param name="Spaces">The space from each row on that changed it: few, since a space only ever loses parameters.</param>
    private sealed record State(int Rows, Dictionary<string, Distribution>? Common, ImmutableArray<(int Row, SearchSpace Space)> Spaces)
    {
        /// <summary>The space of a snapshot, which may be older than the state.</summary>
        public SearchSpace At(int rows)
        {
            int i = Spaces.Length;
            while (i > 0 && Spaces[i - 1].Row >= rows) i--;
            return i == 0 ? SearchSpace.Empty : Spaces[i - 1].Space;
        }
    }
}
