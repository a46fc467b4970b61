using HyperTune.History;

namespace HyperTune.Spaces;

/// <summary>A space with conditions, and its branches: the sets of parameters that can be active together. Immutable.</summary>
/// <remarks>Values of a parent under which the same parameters are active belong to one branch. The branches of a nested tree, and of independent parents, are products.</remarks>
internal sealed class SpaceTree
{
    /// <summary>With more branches each would have too few trials to learn from.</summary>
    public const int MostBranches = 32;

    /// <summary>A parent with more values is one whose values cannot be listed.</summary>
    private const int MostParentValues = 4096;

    private const int FirstPerParameter = 2, OtherParameters = 2, LeastFirst = 4, MostFirstOfAll = 48;

    private static readonly object DeclaredKey = new();

    /// <summary>Finds the branches of a space.</summary>
    /// <param name="space">The parameters, parents before their children.</param>
    public SpaceTree(SearchSpace space)
    {
        Space = space;
        Branches = BranchesOf(space);
    }

    /// <summary>All parameters with their conditions, parents before children.</summary>
    public SearchSpace Space { get; }

    /// <summary>
    /// The branches: one for a flat space. Empty where there would be more than <see cref="MostBranches"/>, or where a parent has thousands of values.
    /// </summary>
    public IReadOnlyList<SpaceBranch> Branches { get; }

    /// <summary>The tree of a study: of its declared space, or else inferred from its complete trials.</summary>
    /// <remarks>The same instance as long as the trials of a snapshot lead to the same tree.</remarks>
    public static SpaceTree Of(StudyHistory history) =>
        history.DeclaredSpace is { } declared
            ? history.View<SpaceTree>(DeclaredKey, (_, former) => former ?? new SpaceTree(declared))
            : InferredTree.Of(history);

    /// <summary>The trials that a branch gets before its model counts: twice the least from which its parameters can be told, the mean and the scale of the values included.</summary>
    /// <remarks>Fewer where so many branches would take up most of a study, and where a branch has fewer points.</remarks>
    public int FirstTrials(SpaceBranch branch)
    {
        int most = Math.Max(LeastFirst, MostFirstOfAll / Branches.Count);
        return (int)Math.Min(branch.Size, Math.Min(most, FirstPerParameter * (branch.Space.Count + OtherParameters)));
    }

    /// <summary>The branch in which a trial lies: it has all parameters of the branch, with values that they may take there. Null if there is none.</summary>
    public SpaceBranch? BranchOf(ParameterSet parameters)
    {
        // Branches differ in the value of some parent, so that no trial lies in two.
        foreach (SpaceBranch branch in Branches)
        {
            if (branch.Holds(parameters)) return branch;
        }
        return null;
    }

    private static SpaceBranch[] BranchesOf(SearchSpace space)
    {
        // For each branch found so far, what its active parents take.
        List<Dictionary<string, ParentPart>> branches = [[]];
        foreach (SearchSpaceParameter parent in space)
        {
            SearchSpaceParameter[] children = [.. space.Where(child => child.Condition?.Parent == parent.Name)];
            if (children.Length == 0) continue;
            if (PartsOf(parent.Distribution, children) is not { } parts) return [];
            branches = [.. branches.SelectMany(branch => IsActive(parent, branch) ? parts.Select(part => With(branch, parent.Name, part)) : [branch])];
            if (branches.Count > MostBranches) return [];
        }
        return [.. branches.Select((branch, i) => new SpaceBranch(i, space.Where(parameter => IsActive(parameter, branch)).Select(parameter =>
            new SpaceBranch.ActiveParameter(parameter.Name, parameter.Distribution, branch.TryGetValue(parameter.Name, out ParentPart part) ? part.Values : null))))];
    }

    private static Dictionary<string, ParentPart> With(Dictionary<string, ParentPart> branch, string parent, ParentPart part) => new(branch, StringComparer.Ordinal) { [parent] = part };

    /// <summary>Whether a parameter is active in a branch; an inactive parent takes nothing there.</summary>
    private static bool IsActive(SearchSpaceParameter parameter, Dictionary<string, ParentPart> branch) =>
        parameter.Condition is not { } condition || (branch.TryGetValue(condition.Parent, out ParentPart part) && part.Children.Contains(parameter.Name));

    /// <summary>The values of a parent, by the children that they make active; null if there are too many to list.</summary>
    private static List<ParentPart>? PartsOf(Distribution parent, SearchSpaceParameter[] children)
    {
        if (parent.GridSize is not <= MostParentValues) return null;
        double[][] conditions = [.. children.Select(child => child.Condition!.Values.Select(parent.ToInternal).ToArray())];
        var parts = new List<(List<double> Values, HashSet<string> Children)>();
        for (int i = 0; i < parent.GridSize; i++)
        {
            double value = parent.GridValue(i);
            var active = new HashSet<string>(children.Where((_, child) => conditions[child].Contains(value)).Select(child => child.Name), StringComparer.Ordinal);
            int known = parts.FindIndex(part => part.Children.SetEquals(active));
            if (known >= 0) parts[known].Values.Add(value);
            else parts.Add(([value], active));
        }
        return [.. parts.Select(part => new ParentPart(parts.Count == 1 ? null : part.Values.ToArray(), part.Children))];
    }

    /// <param name="Values">Internal values of a parent, ascending; null for all.</param>
    /// <param name="Children">The children that are active under each of them.</param>
    private readonly record struct ParentPart(double[]? Values, IReadOnlySet<string> Children);
}
