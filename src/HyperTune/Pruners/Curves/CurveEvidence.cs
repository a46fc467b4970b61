using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Curves;

/// <summary>What the complete trials of a study tell about where a running one may end.</summary>
internal sealed class CurveEvidence
{
    /// <summary>The complete trials that came last tell enough, and keep a decision cheap in long studies.</summary>
    private const int MostTrials = 128;

    /// <summary>The steps at which two curves are compared; of a longer one evenly spread ones.</summary>
    private const int MostSteps = 32;

    private readonly (double Distance, double End)[] _forecasts = new (double, double)[MostTrials];
    private readonly double[] _finals = new double[MostTrials];
    private int _finalCount;

    private CurveEvidence()
    {
    }

    /// <summary>The number of complete trials that reported at the last step of the running one.</summary>
    public int Count { get; private set; }

    /// <summary>Compares a running trial, whose last loss is not NaN, with the complete ones.</summary>
    public static CurveEvidence Of(StudyHistory history, in ReportCurve curve, int objective)
    {
        var evidence = new CurveEvidence();
        Direction direction = history.Directions[objective];
        ReadOnlySpan<long> all = curve.Values.Steps;
        // From the last step backwards, so that it is always there.
        int stride = (all.Length + MostSteps - 1) / MostSteps, count = (all.Length + stride - 1) / stride;
        Span<long> steps = stackalloc long[MostSteps];
        Span<double> own = stackalloc double[MostSteps], other = stackalloc double[MostSteps];
        steps = steps[..count];
        for (int i = 0; i < count; i++)
        {
            int index = all.Length - 1 - (count - 1 - i) * stride;
            steps[i] = all[index];
            own[i] = ReportedValues.TryGet(curve.Values, curve.Attributes, objective, index, out double value) ? StepStatistics.Loss(value, direction) : double.NaN;
        }
        ReadOnlySpan<TrialState> states = history.States;
        ReadOnlySpan<double> values = history.Values(objective);
        int left = MostTrials;
        for (int row = history.Count - 1; row >= 0 && left > 0; row--)
        {
            if (states[row] != TrialState.Complete) continue;
            left--;
            double final = StepStatistics.Loss(values[row], direction);
            if (!(history.Violations[row] > 0)) evidence._finals[evidence._finalCount++] = final;
            if (TryRead(history[row], steps, direction, objective, other[..count])) evidence.Add(own[..count], other[..count], final);
        }
        return evidence;
    }

    /// <summary>What a trial has to reach: a percentile of the final losses of the feasible trials, 0 being the best one. NaN without any.</summary>
    public double Goal(double percent)
    {
        Span<double> finals = _finals.AsSpan(0, _finalCount);
        if (finals.IsEmpty) return double.NaN;
        finals.Sort();
        (int rank, double fraction) = Numerics.Percentiles.Position(finals.Length, percent);
        return fraction == 0 ? finals[rank] : Numerics.Percentiles.Interpolate(finals[rank], finals[rank + 1], fraction);
    }

    /// <inheritdoc cref="CurveForecast.Optimistic"/>
    public double Forecast(int neighbours, double percent) => CurveForecast.Optimistic(_forecasts.AsSpan(0, Count), neighbours, percent);

    private void Add(ReadOnlySpan<double> own, ReadOnlySpan<double> other, double final) =>
        _forecasts[Count++] = (CurveForecast.Distance(own, other), own[^1] - (other[^1] - final));

    /// <summary>The losses at some steps, NaN where nothing was reported. False without a finite one at the last of them.</summary>
    private static bool TryRead(TrialRecord trial, ReadOnlySpan<long> steps, Direction direction, int objective, Span<double> losses)
    {
        ReportCurve curve = ReportCurve.Of(trial);
        for (int i = steps.Length - 1; i >= 0; i--)
        {
            int index = curve.Values.Steps.BinarySearch(steps[i]);
            losses[i] = index >= 0 && ReportedValues.TryGet(curve.Values, curve.Attributes, objective, index, out double value) ? StepStatistics.Loss(value, direction) : double.NaN;
            if (i == steps.Length - 1 && !double.IsFinite(losses[i])) return false;
        }
        return true;
    }
}
