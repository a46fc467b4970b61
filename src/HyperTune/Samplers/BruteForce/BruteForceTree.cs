namespace HyperTune.Samplers.BruteForce;

/// <summary>The tree of all combinations that trials have shown so far: inner nodes ask for a parameter, and every trial leads to a leaf. Not safe for concurrent use.</summary>
/// <remarks>Its state is a function of the set of added paths, whatever their order.</remarks>
internal sealed class BruteForceTree(int maxTries)
{
    // What has to be taken back, in order.
    private readonly Stack<(Change Kind, BruteForceNode Node, BruteForceNode? Parent)> _changes = new();
    private bool _isTrying;

    private enum Change
    {
        Expanded,
        Added,
        Running,
    }

    public BruteForceNode Root { get; } = new(null, 0);

    /// <summary>The first contradiction between trials that was met, or null.</summary>
    public string? Conflict { get; private set; }

    /// <summary>Adds a finished trial.</summary>
    public void AddFinished(ReadOnlySpan<BruteForceStep> path, TrialState end, int trial)
    {
        if (Follow(path, trial, out BruteForceNode? node) is { } conflict)
        {
            Conflict ??= conflict;
            return;
        }
        (int complete, int pruned, int failed) = node!.Ends;
        node.Ends = end switch
        {
            TrialState.Complete => (complete + 1, pruned, failed),
            TrialState.Pruned => (complete, pruned + 1, failed),
            _ => (complete, pruned, failed + 1),
        };
        if (node is { Ends.Complete: > 0, Name: not null }) Conflict ??= EndConflict(node, trial);
        node.Settle(maxTries);
    }

    /// <summary>Marks where a running trial is.</summary>
    public void AddRunning(ReadOnlySpan<BruteForceStep> path, int trial)
    {
        if (Follow(path, trial, out BruteForceNode? node) is { } conflict)
        {
            Conflict ??= conflict;
            return;
        }
        node!.Running++;
        _changes.Push((Change.Running, node, null));
        node.Settle(maxTries);
    }

    /// <summary>The node that a path leads to, made where it is new; null if it contradicts what is known.</summary>
    public BruteForceNode? NodeAt(ReadOnlySpan<BruteForceStep> path, int trial)
    {
        if (Follow(path, trial, out BruteForceNode? node) is { } conflict) Conflict ??= conflict;
        return node;
    }

    /// <summary>Makes sure that a node asks for a parameter.</summary>
    /// <returns>Whether it does not ask for another one.</returns>
    public bool Expect(BruteForceNode node, in BruteForceStep step, int trial)
    {
        if (Meet(node, step, trial) is not { } conflict) return true;
        Conflict ??= conflict;
        return false;
    }

    /// <summary>Begins changes that the end of the scope takes back. Finished trials are not among them.</summary>
    public Attempt Try() => new(this);

    private string? Follow(ReadOnlySpan<BruteForceStep> path, int trial, out BruteForceNode? node)
    {
        node = null;
        BruteForceNode at = Root;
        foreach (ref readonly BruteForceStep step in path)
        {
            if (Meet(at, step, trial) is { } conflict) return conflict;
            BruteForceNode? child = at.Child(step.Index);
            if (child is null)
            {
                child = at.AddChild(step.Index);
                if (_isTrying) _changes.Push((Change.Added, child, at));
            }
            at = child;
        }
        node = at;
        return null;
    }

    private string? Meet(BruteForceNode node, in BruteForceStep step, int trial)
    {
        if (node.Name is null)
        {
            node.Expand(step, trial);
            if (_isTrying) _changes.Push((Change.Expanded, node, null));
            return node.Ends.Complete > 0 ? EndConflict(node, trial) : null;
        }
        return node.Name == step.Name && node.Distribution!.Equals(step.Distribution)
            ? null
            : $"After the same values trial {node.Witness} asked for '{node.Name}' in {node.Distribution}, and trial {trial} for '{step.Name}' in {step.Distribution}. "
                + "Brute force needs objectives whose parameters follow from the earlier ones; begin a new study if the objective has changed.";
    }

    private static string EndConflict(BruteForceNode node, int trial) =>
        $"Trial {node.Witness} asked for '{node.Name}' where another trial with the same values before was complete without it (seen at trial {trial}). "
        + "Brute force needs objectives whose parameters follow from the earlier ones; begin a new study if the objective has changed.";

    private void TakeBack()
    {
        while (_changes.TryPop(out (Change Kind, BruteForceNode Node, BruteForceNode? Parent) change))
        {
            switch (change.Kind)
            {
                case Change.Expanded:
                    change.Node.Collapse(maxTries);
                    break;
                case Change.Added:
                    change.Parent!.RemoveChild(change.Node);
                    break;
                case Change.Running:
                    change.Node.Running--;
                    change.Node.Settle(maxTries);
                    break;
            }
        }
    }

    /// <summary>Changes to a tree until it is disposed of.</summary>
    public readonly ref struct Attempt
    {
        private readonly BruteForceTree _tree;
        private readonly string? _conflict;

        public Attempt(BruteForceTree tree)
        {
            _tree = tree;
            _conflict = tree.Conflict;
            tree._isTrying = true;
        }

        /// <summary>Takes back what was changed so far.</summary>
        public void TakeBack() => _tree.TakeBack();

        public void Dispose()
        {
            _tree.TakeBack();
            _tree._isTrying = false;
            _tree.Conflict = _conflict;
        }
    }
}
