using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Tpe;

/// <summary>The densities of good and of bad trials over one space, kept up to date as trials finish and change sides. Not safe for concurrent use.</summary>
/// <remarks>A trial takes part if it has all parameters of the space, and lies in the scope. Its state is a function of the ranked trials alone, whichever were ranked before.</remarks>
internal sealed class TpeModel
{
    // A joint density is a product, so that its kernels may be narrower in each dimension.
    private const double JointClipExponent = 1.5;
    private const double JointClipLimit = 50;

    /// <summary>With more rows than this between two snapshots all are taken in anew rather than one by one.</summary>
    private const int BulkRows = 128;

    private readonly TpeSamplerOptions _options;
    private readonly TpeScope _scope;
    private readonly int _wholeCount;
    private readonly bool _hasContributions;
    private readonly ParzenEstimator _good;
    private readonly ParzenEstimator _bad;
    private readonly ParameterSchema _schema;
    private readonly double[] _values;
    private readonly double[] _candidates;
    private readonly double[] _goodLogs;
    private readonly double[] _badLogs;
    // The points of a space that is discrete in every dimension, as far as they are whole trials, each with its first row.
    private readonly Dictionary<SpacePoint, int>? _points;
    private Dictionary<int, int> _goodRows = [];
    private StudyHistory? _history;

    /// <summary>Makes the model, without trials.</summary>
    /// <param name="space">The parameters, one or more.</param>
    /// <param name="options">The sampler's options.</param>
    /// <param name="hasSeveralObjectives">Whether good trials are weighed by the rule for several objectives.</param>
    /// <param name="scope">Which trials take part: those of its branch, whose space it is, those of its bracket, and those that came to its rung.</param>
    public TpeModel(SearchSpace space, TpeSamplerOptions options, bool hasSeveralObjectives, TpeScope scope = default)
    {
        _scope = scope;
        _wholeCount = space.Count + (scope.Branch?.Fixed.Count(parameter => !parameter.Distribution.IsSingle) ?? 0);
        _options = options;
        _hasContributions = hasSeveralObjectives && options.GoodWeights == TpeGoodWeights.Hypervolume;
        _schema = ParameterSchema.Empty;
        foreach (SearchSpaceParameter parameter in space) _schema = _schema.Append(parameter.Name, parameter.Distribution);
        ParzenDimension[] dimensions = [.. space.Select(parameter => DimensionOf(parameter, options))];
        ParzenOptions parzen = ParzenOptionsOf(options, isJoint: space.Count > 1);
        bool isUniform = hasSeveralObjectives && (options.GoodWeights is not null || options.Weights is null);
        _good = new ParzenEstimator(dimensions, isUniform ? parzen with { Weights = TpeWeights.Uniform } : parzen);
        _bad = new ParzenEstimator(dimensions, parzen);
        _points = Array.TrueForAll(dimensions, dimension => dimension.IsCategorical || dimension.Step > 0) ? [] : null;
        _values = new double[space.Count];
        _candidates = new double[space.Count * options.Candidates];
        _goodLogs = new double[options.Candidates];
        _badLogs = new double[options.Candidates];
    }

    /// <summary>Draws candidates from the density of the good trials and gives the one with the largest ratio of good to bad density.</summary>
    /// <param name="ranking">Trials in scope, best first; those in scope without a rank are bad.</param>
    /// <param name="split">Which of them are good, and the running ones that take part.</param>
    /// <param name="random">The stream to draw from.</param>
    public ParameterSet Propose(TpeRanking ranking, in TpeSplit split, RandomStream random)
    {
        Update(ranking, split.Good);
        List<int> inserted = [];
        try
        {
            Insert(split, inserted);
            _good.Sample(random, _candidates, _options.Candidates);
            StayInBranch(random);
            _good.LogPdf(_candidates, _goodLogs);
            _bad.LogPdf(_candidates, _badLogs);
        }
        finally
        {
            Remove(inserted);
        }
        return new ParameterSet(_schema, Candidate(Best()).ToArray());
    }

    /// <summary>The log densities of given candidates, row-major, among the good and among the bad trials.</summary>
    internal void Score(TpeRanking ranking, in TpeSplit split, ReadOnlySpan<double> candidates, Span<double> goodLogs, Span<double> badLogs)
    {
        Update(ranking, split.Good);
        List<int> inserted = [];
        try
        {
            Insert(split, inserted);
            _good.LogPdf(candidates, goodLogs);
            _bad.LogPdf(candidates, badLogs);
        }
        finally
        {
            Remove(inserted);
        }
    }

    /// <summary>Lets running trials take part for the time of a proposal.</summary>
    private void Insert(in TpeSplit split, List<int> inserted)
    {
        for (int i = 0; i < split.Running.Count; i++)
        {
            RunningTrial trial = split.Running[i];
            // A trial may have ended since the caller looked; it counts once.
            if (!TryGetValues(trial.Parameters) || _bad.Contains(trial.Number) || _good.Contains(trial.Number)) continue;
            (i < split.GoodRunning ? _good : _bad).Insert(trial.Number, _values);
            inserted.Add(trial.Number);
        }
    }

    private void Remove(List<int> numbers)
    {
        foreach (int number in numbers)
        {
            if (!_good.Remove(number)) _bad.Remove(number);
        }
    }

    /// <summary>The candidate with the largest ratio, the first of equal ones; in a discrete space one that no trial had, if there is any.</summary>
    private int Best()
    {
        int best = -1;
        bool isBestNew = false;
        for (int i = 0; i < _goodLogs.Length; i++)
        {
            bool isBetter = best < 0 || _goodLogs[i] - _badLogs[i] > _goodLogs[best] - _badLogs[best];
            if (isBestNew && !isBetter) continue;
            bool isNew = _points is null || !_points.TryGetValue(new SpacePoint(Candidate(i).ToArray()), out int row) || row >= _history!.Count;
            if (isNew == isBestNew ? !isBetter : isBestNew) continue;
            (best, isBestNew) = (i, isNew);
        }
        return best;
    }

    /// <summary>Replaces values that lead out of the branch: the prior knows all, and kernels of whole numbers reach to their neighbours.</summary>
    private void StayInBranch(RandomStream random)
    {
        if (_scope.Branch is not { } branch) return;
        for (int i = 0; i < _values.Length; i++)
        {
            string name = _schema.Names[i];
            if (branch.AllowedOf(name) is null) continue;
            for (int k = i; k < _candidates.Length; k += _values.Length) _candidates[k] = branch.Allow(name, _candidates[k], random);
        }
    }

    private ReadOnlySpan<double> Candidate(int index) => _candidates.AsSpan(index * _values.Length, _values.Length);

    /// <summary>Goes to the rows of a ranking, and moves trials that changed sides.</summary>
    private void Update(TpeRanking ranking, int goodCount)
    {
        StudyHistory history = ranking.History!;
        int known = _history?.Count ?? 0;
        var goodRows = new Dictionary<int, int>(goodCount);
        foreach (int row in ranking.BestRows(goodCount)) goodRows.Add(history.Numbers[row], row);
        if (Math.Abs(history.Count - known) > BulkRows)
        {
            Rebuild(history, goodRows);
        }
        else
        {
            for (int row = history.Count; row < known; row++)
            {
                int number = _history!.Numbers[row];
                if (!_good.Remove(number)) _bad.Remove(number);
            }
            for (int row = known; row < history.Count; row++)
            {
                if (!IsKnown(history, row)) continue;
                NotePoint(row, history[row].Parameters);
                if (!TakesPart(history[row])) continue;
                int number = history.Numbers[row];
                (goodRows.ContainsKey(number) ? _good : _bad).Insert(number, _values);
            }
            foreach ((int number, int row) in _goodRows)
            {
                if (row < history.Count && !goodRows.ContainsKey(number)) Move(history, number, row, _good, _bad);
            }
            foreach ((int number, int row) in goodRows)
            {
                if (row < known && !_goodRows.ContainsKey(number)) Move(history, number, row, _bad, _good);
            }
        }
        _goodRows = goodRows;
        _history = history;
        if (_hasContributions) WeighGood(ranking, goodCount);
    }

    /// <summary>Weighs the good trials that take part by what each good trial contributes to the hypervolume of all.</summary>
    private void WeighGood(TpeRanking ranking, int goodCount)
    {
        ReadOnlySpan<int> rows = ranking.BestRows(goodCount);
        ReadOnlySpan<double> contributions = ranking.BestWeights(goodCount);
        var weights = new double[_good.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            int slot = _good.Orders.BinarySearch(_history!.Numbers[rows[i]]);
            if (slot >= 0) weights[slot] = contributions[i];
        }
        _good.UseWeights(weights);
    }

    /// <summary>Takes in all rows at once.</summary>
    private void Rebuild(StudyHistory history, Dictionary<int, int> goodRows)
    {
        int[] numbers = history.Numbers.ToArray();
        int[] rows = [.. Enumerable.Range(0, numbers.Length)];
        Array.Sort(numbers, rows);
        List<int> goodNumbers = [], badNumbers = [];
        List<double> goodValues = [], badValues = [];
        for (int i = 0; i < rows.Length; i++)
        {
            if (!IsKnown(history, rows[i]) || !TakesPart(history[rows[i]])) continue;
            bool isGood = goodRows.ContainsKey(numbers[i]);
            (isGood ? goodNumbers : badNumbers).Add(numbers[i]);
            (isGood ? goodValues : badValues).AddRange(_values);
        }
        _good.Reset(CollectionsMarshal.AsSpan(goodNumbers), CollectionsMarshal.AsSpan(goodValues));
        _bad.Reset(CollectionsMarshal.AsSpan(badNumbers), CollectionsMarshal.AsSpan(badValues));
        // In order of rows: the first one of a point is kept.
        for (int row = _history?.Count ?? 0; _points is not null && row < history.Count; row++)
        {
            if (IsKnown(history, row)) NotePoint(row, history[row].Parameters);
        }
    }

    /// <summary>Whether a row's trial has all parameters and not failed, or failed in a way that is to be avoided; its values are then in <see cref="_values"/>.</summary>
    /// <remarks>Failed trials are not ranked, so that they are bad whatever the others are, and do not change how many are good.</remarks>
    private bool IsKnown(StudyHistory history, int row) =>
        (history.States[row] != TrialState.Failed || (_options.AvoidsFailures && history[row].IsFailureOfObjective)) && TryGetValues(history[row].Parameters);

    /// <summary>Whether a trial that <see cref="IsKnown"/> belongs to the bracket and, unless it failed, came to the rung.</summary>
    private bool TakesPart(TrialRecord trial) =>
        _scope.HoldsBracket(trial) && (_scope.Rung is null || trial.State == TrialState.Failed || _scope.TryGetValueAtRung(trial, out _));

    /// <summary>Notes the point of a trial that has no parameters with several values but those of the space, and those that are fixed in the branch.</summary>
    private void NotePoint(int row, ParameterSet parameters)
    {
        if (_points is not null && parameters.Count(parameter => !parameter.Distribution.IsSingle) == _wholeCount) _points.TryAdd(new SpacePoint([.. _values]), row);
    }

    private void Move(StudyHistory history, int number, int row, ParzenEstimator from, ParzenEstimator to)
    {
        if (from.Remove(number) && TryGetValues(history[row].Parameters)) to.Insert(number, _values);
    }

    private bool TryGetValues(ParameterSet parameters)
    {
        if (_scope.Branch?.Holds(parameters) == false) return false;
        for (int i = 0; i < _values.Length; i++)
        {
            if (!parameters.TryGetValue(_schema.Names[i], out _values[i]) || !Fits(_good.Dimensions[i], _values[i])) return false;
        }
        return true;
    }

    /// <summary>Whether a density can hold a value. A stored choice may be none of a space that was declared later.</summary>
    private static bool Fits(in ParzenDimension dimension, double value) => double.IsFinite(value) && (!dimension.IsCategorical || value < dimension.Choices);

    private static ParzenDimension DimensionOf(SearchSpaceParameter parameter, TpeSamplerOptions options)
    {
        switch (parameter.Distribution)
        {
            case FloatDistribution { Step: { } step } range: return ParzenDimension.Stepped(range.Low, range.High, step);
            case FloatDistribution range: return ParzenDimension.Continuous(range.Low, range.High, range.Log);
            case IntDistribution range: return ParzenDimension.Stepped(range.Low, range.High, range.Step, range.Log);
            default:
                IReadOnlyList<object?> choices = ((CategoricalDistribution)parameter.Distribution).Choices;
                Func<int, int, double>? distance = options.CategoricalDistances.TryGetValue(parameter.Name, out Func<object?, object?, double>? between)
                    ? (i, j) => between(choices[i], choices[j])
                    : null;
                return ParzenDimension.Categorical(choices.Count, distance);
        }
    }

    private static ParzenOptions ParzenOptionsOf(TpeSamplerOptions options, bool isJoint)
    {
        var parzen = new ParzenOptions
        {
            PriorWeight = options.PriorWeight,
            HasMagicClip = options.HasMagicClip,
            ClipExponent = options.ClipExponent ?? (isJoint ? JointClipExponent : 1),
            ClipLimit = options.ClipLimit ?? (isJoint ? JointClipLimit : 100),
            ConsidersEndpoints = options.ConsidersEndpoints,
        };
        return options.Weights is { } weights ? parzen with { Weights = span => CopyWeights(weights, span) } : parzen;
    }

    private static void CopyWeights(Func<int, IReadOnlyList<double>> weights, Span<double> target)
    {
        IReadOnlyList<double> given = weights(target.Length);
        if (given is null || given.Count != target.Length)
        {
            throw new InvalidOperationException(
                $"{nameof(TpeSamplerOptions.Weights)} gave {given?.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} weights for {target.Length} trials. Give one for each.");
        }
        for (int i = 0; i < target.Length; i++) target[i] = given[i];
    }
}
