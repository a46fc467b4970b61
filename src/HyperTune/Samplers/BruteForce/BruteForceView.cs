using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HyperTune.History;

namespace HyperTune.Samplers.BruteForce;

/// <summary>The tree of one study, or of the part of it in which some parameters have fixed values.</summary>
/// <remarks>Its members are used under the lock that <see cref="Enter"/> takes; what they hold is a function of the history's rows alone.</remarks>
internal sealed class BruteForceView
{
    private readonly Lock _gate = new();
    private readonly Key _key;

    // Views of snapshots that this one is ahead of; each lives as long as its snapshot.
    private readonly ConditionalWeakTable<StudyHistory, BruteForceView> _older = [];
    private int _rows;

    private BruteForceView(Key key, SearchSpace? declared)
    {
        _key = key;
        Tree = new BruteForceTree(key.MaxTries);
        Declared = declared?.WithoutSingle();
    }

    public BruteForceTree Tree { get; }

    /// <summary>The declared space without single values; null where there is none.</summary>
    public SearchSpace? Declared { get; }

    /// <summary>The values that the tree is restricted to.</summary>
    public ParameterSet Fixed => _key.Fixed;

    /// <summary>Takes the view that has the snapshot's rows and no others, to be used until the scope is left.</summary>
    public static Lock.Scope Enter(StudyHistory history, int maxTries, ParameterSet fixedParameters, out BruteForceView view)
    {
        var key = new Key(maxTries, fixedParameters);
        view = history.View<BruteForceView>(key, (newer, former) => Extend(newer, former ?? new BruteForceView(key, newer.DeclaredSpace)));
        Lock.Scope scope = view._gate.EnterScope();
        if (view._rows == history.Count) return scope;
        scope.Dispose();
        view = view._older.GetValue(history, snapshot => Extend(snapshot, new BruteForceView(key, snapshot.DeclaredSpace)));
        return view._gate.EnterScope();
    }

    /// <summary>The way of a trial through the tree.</summary>
    /// <param name="parameters">The trial's parameters in the order in which it asked for them.</param>
    /// <param name="path">Receives the steps, without parameters that have one value only. Declared parameters come first, in their order.</param>
    /// <returns>Whether the trial is in the tree: not if it has a continuous range, a value off the grid, or another value where one is fixed.</returns>
    public bool TryGetPath(ParameterSet parameters, List<BruteForceStep> path)
    {
        path.Clear();
        foreach (Parameter parameter in Fixed)
        {
            if (parameters.TryGetValue(parameter.Name, out double value) && value != parameter.Value) return false;
        }
        bool isWhole = true;
        if (Declared is not null)
        {
            foreach (SearchSpaceParameter declared in Declared)
            {
                if (!isWhole || Fixed.Contains(declared.Name) || !IsActive(declared.Name, parameters)) continue;
                int index = parameters.IndexOf(declared.Name);
                // Beyond the first one that is missing the way is not known.
                isWhole = index >= 0;
                if (isWhole && !TryAdd(parameters[index], path)) return false;
            }
        }
        for (int i = 0; i < parameters.Count && isWhole; i++)
        {
            Parameter parameter = parameters[i];
            if (Declared?.Contains(parameter.Name) != true && !Fixed.Contains(parameter.Name) && !TryAdd(parameter, path)) return false;
        }
        return true;
    }

    /// <summary>Whether a declared parameter is active beside the fixed ones and others.</summary>
    public bool IsActive(string name, ParameterSet others) =>
        Declared!.IsActive(name, parent => Fixed.TryGetValue(parent, out double value) || others.TryGetValue(parent, out value) ? value : null);

    private static bool TryAdd(in Parameter parameter, List<BruteForceStep> path)
    {
        if (parameter.Distribution.IsSingle) return true;
        long index = BruteForceValues.IndexOf(parameter.Distribution, parameter.Value);
        if (index >= 0) path.Add(new BruteForceStep(parameter.Name, parameter.Distribution, parameter.Distribution.GridSize!.Value, index));
        return index >= 0;
    }

    private static BruteForceView Extend(StudyHistory history, BruteForceView view)
    {
        lock (view._gate)
        {
            var path = new List<BruteForceStep>();
            for (; view._rows < history.Count; view._rows++)
            {
                if (view.TryGetPath(history[view._rows].Parameters, path))
                    view.Tree.AddFinished(CollectionsMarshal.AsSpan(path), history.States[view._rows], history.Numbers[view._rows]);
            }
        }
        return view;
    }

    private sealed record Key(int MaxTries, ParameterSet Fixed);
}
