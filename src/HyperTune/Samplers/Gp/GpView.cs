using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Gp;

/// <summary>The modelled branches of a study's space, which are made anew only when it changes.</summary>
/// <param name="Tree">The space that the trials have, or the declared one.</param>
/// <param name="Branches">What of it is modelled; one for a flat space.</param>
/// <param name="Schemas">Shared by the joint samples.</param>
internal sealed record GpView(SpaceTree Tree, IReadOnlyList<GpBranch> Branches, ParameterSchema Schemas)
{
    private static readonly object Key = new();

    /// <summary>All that is modelled in some branch, with what leads there.</summary>
    public SearchSpace ModelledSpace { get; } = Branches.Count == 1 ? Branches[0].Space.Space : Tree.Space;

    public static GpView Of(StudyHistory history)
    {
        SpaceTree tree = SpaceTree.Of(history);
        GpView view = history.View<GpView>(Key, static (newer, former) => Extend(SpaceTree.Of(newer), former));
        // For a snapshot that is older than the study's view.
        return ReferenceEquals(view.Tree, tree) ? view : Extend(tree, null);
    }

    private static GpView Extend(SpaceTree tree, GpView? former) =>
        former is not null && ReferenceEquals(former.Tree, tree) ? former : new(tree, BranchesOf(tree), former?.Schemas ?? ParameterSchema.CreateRoot());

    /// <summary>With too many branches only what is always active is modelled.</summary>
    private static GpBranch[] BranchesOf(SpaceTree tree) => tree.Branches.Count > 0 ? [.. tree.Branches.Select(branch => new GpBranch(tree, branch))] : [new GpBranch(tree.Space)];
}
