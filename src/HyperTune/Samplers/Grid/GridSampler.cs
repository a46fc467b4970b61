using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Grid;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Tries each combination of given values once, and then stops the study.</summary>
/// <remarks>
/// <para>Trial n takes cell n of the grid, in a shuffled order, so that any number of workers share it; cells of failed trials, and of numbers that went to enqueued ones, are
/// offered again at the end. For few parameters with few values, where all of them are wanted. With more parameters most cells differ
/// in what does not matter: <see cref="QmcSampler"/> covers the same space better (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization",
/// 2012). Where parameters depend on others choose <see cref="BruteForceSampler"/>.</para>
/// <para>Cells are numbered, shuffled and stored as Optuna does it (attributes <c>grid_id</c> and <c>search_space</c>), so that its workers can share the
/// grid. Deviations: cells of failed trials are tried again; a trial whose cell is being tried elsewhere is given another one or, if there is none, fails with the reason that
/// the space is exhausted, instead of repeating one; a value that the objective's distribution does not have throws.</para>
/// <para>A trial costs time in proportion to the running ones, and to the cells once their numbers are through. Safe for concurrent use; holds no state.</para>
/// </remarks>
public sealed class GridSampler : ISampler
{
    private readonly GridSamplerOptions _options;
    private readonly ParameterGrid _grid;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">The values and how they are gone through.</param>
    /// <exception cref="ArgumentException">There are no parameters; a name cannot be stored; a list is empty, has equal values, one of a kind that no parameter has, or one that the
    /// space does not have; the space has a condition, or a range whose values cannot be listed; or the grid has more than ten million cells.</exception>
    public GridSampler(GridSamplerOptions options)
    {
        _options = Guard.NotNull(options);
        Dictionary<string, AttributeValue[]> values = ValuesOf(options);
        if (values.Count == 0) throw new ArgumentException($"The grid has no parameters. Set {nameof(options.Values)} or {nameof(options.Space)}.", nameof(options));
        _grid = new ParameterGrid(values, options.IsShuffled ? (uint)(options.Seed ?? 0) : null);
    }

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <summary>The number of cells: trials that the whole grid takes.</summary>
    public int CellCount => _grid.Count;

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        // Enqueued trials and retries have their parameters.
        if (trial.SystemAttributes.ContainsKey(SystemKeys.FixedParams)) return SearchSpace.Empty;
        GridView view = GridView.Of(history, _grid, _options.MaxTries);
        int cell = view.Choose(history, trial.Number);
        if (cell < 0)
        {
            if (view.IsFinished(history)) Stop(trial);
            throw new SpaceExhaustedException();
        }
        _grid.Note(trial.Notes, cell);
        return SearchSpace.Empty;
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space) => ParameterSet.Empty;

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(distribution);
        int parameter = _grid.IndexOf(name);
        if (parameter < 0)
        {
            return _options.DrawsOthers
                ? RandomDraw.Independent(trial, name, distribution)
                : throw new InvalidOperationException($"The grid has no values for the parameter '{name}'. Add them, or set {nameof(GridSamplerOptions.DrawsOthers)} to have it drawn at random.");
        }
        int cell = _grid.NotedCell(trial.SystemAttributes);
        ReadOnlySpan<AttributeValue> values = _grid.ValuesOf(parameter);
        // What an enqueued trial leaves open is drawn from the grid's values.
        AttributeValue value = cell >= 0 ? _grid.ValueAt(cell, parameter) : values[trial.Random("grid", name).NextInt(values.Length)];
        return distribution.TryToInternal(value.ToObject(), out double internalValue)
            ? internalValue
            : throw new InvalidOperationException($"The grid has the value {value} for the parameter '{name}', which {distribution} does not have. Correct the grid, or what the objective asks for.");
    }

    /// <inheritdoc/>
    public void AfterTrial(StudyHistory history, TrialContext trial, TrialOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        int cell = _grid.CellOf(trial.SystemAttributes, trial.Parameters);
        if (cell >= 0 && GridView.Of(history, _grid, _options.MaxTries).IsFinishedWith(history, cell, outcome.State)) Stop(trial);
    }

    private static void Stop(TrialContext trial) => trial.Notes.StopStudy("All cells of the grid are finished.");

    private static Dictionary<string, AttributeValue[]> ValuesOf(GridSamplerOptions options)
    {
        var values = new Dictionary<string, AttributeValue[]>(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<object?> list) in options.Values)
        {
            AttributeValue[] checkedList = DistributionRules.Choices(list, Guard.Name(name, nameof(options)));
            if (options.Space?.TryGet(name, out SearchSpaceParameter? parameter) == true
                && Array.Find(checkedList, value => !parameter.Distribution.TryToInternal(value.ToObject(), out _)) is { } stranger)
            {
                throw new ArgumentException($"The grid has the value {stranger} for the parameter '{name}', which {parameter.Distribution} does not have. Remove or correct it.", nameof(options));
            }
            values.Add(name, checkedList);
        }
        if (options.Space is not { } space) return values;
        if (space.IsConditional)
        {
            throw new ArgumentException(
                $"The space {space} has conditions, under which many cells of a grid would be the same. Use a {nameof(BruteForceSampler)}, or leave them out.", nameof(options));
        }
        foreach (SearchSpaceParameter parameter in space)
        {
            if (!values.ContainsKey(parameter.Name))
                values.Add(parameter.Name, DistributionRules.Choices(GridValues.Of(parameter.Name, parameter.Distribution, options.PointsPerRange), parameter.Name));
        }
        return values;
    }
}
