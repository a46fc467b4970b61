using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers;
using HyperTune.Samplers.BruteForce;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Tries each combination of values once, also where parameters depend on others, and then stops the study.</summary>
/// <remarks>
/// <para>The trials so far make a tree: a node is what a trial had when it asked for its next parameter, a child one value of that parameter, a leaf a finished trial. A new trial goes
/// down to where nothing has been tried; at each node it draws half by the share of what is open and half evenly, so that deep branches do not swallow the first
/// trials. Declared spaces and known parts of the tree are drawn at the start of a trial, so that parallel ones keep apart. For spaces that are small enough to be tried
/// as a whole; every range of doubles needs a step.</para>
/// <para>Exhaustive enumeration of a tree as in Optuna's sampler of the same name. Deviations: combinations of failed trials are tried again; a trial that finds all that is left being
/// tried fails with the reason that the space is exhausted, instead of repeating one, unless <see cref="BruteForceSamplerOptions.AvoidsPrematureStop"/> is set.</para>
/// <para>A trial costs time in proportion to its parameters, the running trials and the branches on its way, not to the number of finished trials. Safe for concurrent
/// use; holds no state.</para>
/// </remarks>
public sealed class BruteForceSampler : ISampler
{
    private readonly BruteForceSamplerOptions _options;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    public BruteForceSampler(BruteForceSamplerOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Trials contradict one another, or a declared range has no step.</exception>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        using Lock.Scope scope = Enter(history, trial, out BruteForceView view);
        if (view.Tree is { Conflict: null, Root.Open: 0 } && !IsGiven(trial))
        {
            Stop(trial);
            throw new SpaceExhaustedException();
        }
        return SearchSpace.Create(DrawPath(view, history, trial).Select(parameter => new SearchSpaceParameter(parameter.Name, parameter.Distribution)));
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        using Lock.Scope scope = Enter(history, trial, out BruteForceView view);
        // The same way again, unless it was refused as a repetition: then another one, as far as it is in the space.
        return ParameterSet.Of(DrawPath(view, history, trial)
            .Where(parameter => space.TryGet(parameter.Name, out SearchSpaceParameter? known) && known.Distribution.Equals(parameter.Distribution)));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Trials contradict one another, or the range has no step.</exception>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(distribution);
        long size = BruteForceValues.CountOf(name, distribution);
        RandomStream random = trial.Random("brute force", name);
        using Lock.Scope scope = Enter(history, trial, out BruteForceView view);
        var path = new List<BruteForceStep>();
        // A declared parameter is drawn at the start, in its place; where that was not to be used, order says nothing.
        if (view.Declared?.Contains(name) == true || !view.TryGetPath(trial.Parameters, path)) return BruteForceValues.At(distribution, BruteForceNode.NextLong(random, size));
        using BruteForceTree.Attempt attempt = view.Tree.Try();
        MarkRunning(view, history, trial.Number);
        BruteForceNode? node = view.Tree.NodeAt(CollectionsMarshal.AsSpan(path), trial.Number);
        if (node is not null) view.Tree.Expect(node, new BruteForceStep(name, distribution, size, 0), trial.Number);
        ThrowIfConflict(view);
        return BruteForceValues.At(distribution, node!.Draw(random));
    }

    /// <inheritdoc/>
    public void AfterTrial(StudyHistory history, TrialContext trial, TrialOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        using Lock.Scope scope = Enter(history, trial, out BruteForceView view);
        var path = new List<BruteForceStep>();
        if (view.Tree.Conflict is not null || !view.TryGetPath(trial.Parameters, path)) return;
        using BruteForceTree.Attempt attempt = view.Tree.Try();
        BruteForceNode? node = view.Tree.NodeAt(CollectionsMarshal.AsSpan(path), trial.Number);
        if (node is null || (outcome.State == TrialState.Failed && node.Ends.Failed + 1 < _options.MaxTries)) return;
        // Other running trials count as open: they may fail or find more, and the last one of them sees that it is the last.
        view.Tree.AddRunning(CollectionsMarshal.AsSpan(path), trial.Number);
        if (view.Tree.Root.Open == 0) Stop(trial);
    }

    private static bool IsGiven(TrialContext trial) => trial.SystemAttributes.ContainsKey(SystemKeys.FixedParams);

    private static void Stop(TrialContext trial) => trial.Notes.StopStudy("All combinations of values are finished.");

    private static void ThrowIfConflict(BruteForceView view)
    {
        if (view.Tree.Conflict is { } conflict) throw new InvalidOperationException(conflict);
    }

    /// <summary>The whole tree for an enqueued trial, whatever it is given; else the part that fixed parameters leave.</summary>
    private Lock.Scope Enter(StudyHistory history, TrialContext trial, out BruteForceView view) =>
        BruteForceView.Enter(history, _options.MaxTries, IsGiven(trial) ? ParameterSet.Empty : trial.FixedParameters, out view);

    /// <summary>Draws the parameters of a trial as far as the tree or the declared space says which ones it will ask for.</summary>
    private List<Parameter> DrawPath(BruteForceView view, StudyHistory history, TrialContext trial)
    {
        using BruteForceTree.Attempt attempt = view.Tree.Try();
        MarkRunning(view, history, trial.Number);
        ThrowIfConflict(view);
        if (view.Tree.Root.Open == 0 && !IsGiven(trial))
        {
            if (!_options.AvoidsPrematureStop) throw new SpaceExhaustedException();
            // Among those that are being tried.
            attempt.TakeBack();
        }
        RandomStream random = trial.Random("brute force");
        var drawn = ParameterSet.Empty;
        BruteForceNode? node = view.Tree.Root;
        while (NextOf(view, node, drawn) is { } next)
        {
            bool isKnown = node?.Name is not null;
            long size = BruteForceValues.CountOf(next.Name, next.Distribution);
            long index = IsGiven(trial) && trial.FixedParameters.TryGetValue(next.Name, out double given) ? BruteForceValues.IndexOf(next.Distribution, given)
                : isKnown ? node!.Draw(random)
                : BruteForceNode.NextLong(random, size);
            if (index < 0) break;
            drawn = drawn.With(next.Name, next.Distribution, BruteForceValues.At(next.Distribution, index));
            node = isKnown ? node!.Child(index) : null;
        }
        return [.. drawn];
    }

    private static SearchSpaceParameter? NextOf(BruteForceView view, BruteForceNode? node, ParameterSet drawn)
    {
        if (node?.Name is { } known) return new SearchSpaceParameter(known, node.Distribution!);
        return view.Declared?.FirstOrDefault(parameter => !drawn.Contains(parameter.Name) && !view.Fixed.Contains(parameter.Name) && view.IsActive(parameter.Name, drawn));
    }

    private static void MarkRunning(BruteForceView view, StudyHistory history, int number)
    {
        var path = new List<BruteForceStep>();
        foreach (RunningTrial other in history.Running)
        {
            // One that has not asked for anything says nothing yet.
            if (other.Number != number && view.TryGetPath(other.Parameters, path) && path.Count > 0) view.Tree.AddRunning(CollectionsMarshal.AsSpan(path), other.Number);
        }
    }
}
