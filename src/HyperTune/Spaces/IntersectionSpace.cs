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
        return history.View<State>(includePruned ? WithPruned : WithoutPruned, includePruned ? ExtendWithPruned : ExtendWithoutPruned).Space;
    }

    private static readonly object WithPruned = new();

    private static readonly object WithoutPruned = new();

    private static State ExtendWithPruned(StudyHistory history, State? former) => Extend(history, former, includePruned: true);

    private static State ExtendWithoutPruned(StudyHistory history, State? former) => Extend(history, former, includePruned: false);

    private static State Extend(StudyHistory history, State? former, bool includePruned)
    {
        Dictionary<string, Distribution>? common = former?.Common;
        bool isChanged = former is null;
        ReadOnlySpan<TrialState> states = history.States;
        for (int row = former?.Rows ?? 0; row < history.Count; row++)
        {
            if (states[row] != TrialState.Complete && !(includePruned && states[row] == TrialState.Pruned)) continue;
            ParameterSet parameters = history[row].Parameters;
            if (common is null)
            {
                common = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Distribution, StringComparer.Ordinal);
                isChanged = true;
                continue;
            }
            if (common.All(entry => Has(parameters, entry.Key, entry.Value))) continue;
            common = common.Where(entry => Has(parameters, entry.Key, entry.Value)).ToDictionary(StringComparer.Ordinal);
            isChanged = true;
        }
        SearchSpace space = isChanged ? ToSpace(common) : former!.Space;
        return new State(history.Count, common, space);
    }

    private static bool Has(ParameterSet parameters, string name, Distribution distribution)
    {
        int index = parameters.IndexOf(name);
        return index >= 0 && parameters.Schema.Distributions[index].Equals(distribution);
    }

    private static SearchSpace ToSpace(Dictionary<string, Distribution>? common) =>
        common is null
            ? SearchSpace.Empty
            : SearchSpace.Create(common.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new SearchSpaceParameter(entry.Key, entry.Value)));

    private sealed record State(int Rows, Dictionary<string, Distribution>? Common, SearchSpace Space);
}
