using System.Runtime.InteropServices;

namespace HyperTune.Trials;

/// <summary>A trial's reports as something that can be compared step by step with those of other trials.</summary>
/// <remarks>
/// <para>Reports that are not by fold are such a curve as they are. A report of fold f at a step within it is replaced by the mean over the folds 0 to f at this step: equal steps of two
/// curves then mean equal folds, and no lucky fold stands alone. A report whose earlier folds have not come to the step is left out.</para>
/// </remarks>
/// <param name="Values">The values by stored step, of the first objective.</param>
/// <param name="Attributes">The trial's system attributes, with the vectors of several objectives averaged as well.</param>
/// <param name="Stride">The distance of two folds; 0 without folds.</param>
internal readonly record struct ReportCurve(IntermediateValues Values, AttributeSet Attributes, long Stride)
{
    /// <summary>The curve of a running trial, unwritten reports included.</summary>
    public static ReportCurve Of(TrialContext trial) => Of(trial.IntermediateValues, trial.SystemAttributes);

    /// <summary>The curve of a stored trial.</summary>
    public static ReportCurve Of(TrialRecord trial) => Of(trial.IntermediateValues, trial.SystemAttributes);

    /// <summary>The reports as they are, for pruners that judge each for itself.</summary>
    public static ReportCurve Raw(TrialContext trial) => new(trial.IntermediateValues, trial.SystemAttributes, 0);

    /// <summary>How far the trial has come: the last step, or, where folds have steps of their own, the number of points before the last one. -1 without points.</summary>
    public long Progress => Values.Count == 0 ? -1 : ProgressAt(Values.Count - 1);

    /// <summary>How far the trial had come with a point.</summary>
    public long ProgressAt(int index) => Stride > FoldReports.OneEach ? index : Values.Steps[index];

    /// <summary>The index of the first point over the same folds as the last one; 0 without folds.</summary>
    public int FirstOfLastFold
    {
        get
        {
            if (Stride == 0 || Values.Count == 0) return 0;
            int index = Values.Steps.BinarySearch(Values.LastStep / Stride * Stride);
            return index >= 0 ? index : ~index;
        }
    }

    /// <summary>The steps within the last fold; all steps without folds.</summary>
    public ReadOnlySpan<long> LastSteps
    {
        get
        {
            if (Stride <= FoldReports.OneEach || Values.Count == 0) return Values.Steps;
            long[] steps = Values.Steps[FirstOfLastFold..].ToArray();
            for (int i = 0; i < steps.Length; i++) steps[i] %= Stride;
            return steps;
        }
    }

    private static ReportCurve Of(IntermediateValues reports, AttributeSet attributes)
    {
        long stride = FoldReports.StrideOf(attributes);
        if (stride == 0) return new(reports, attributes, 0);
        var points = new List<KeyValuePair<long, double>>(reports.Count);
        var vectors = new List<KeyValuePair<string, AttributeValue>>();
        var sums = new Dictionary<long, FoldSum>();
        for (int i = 0; i < reports.Count; i++)
        {
            // Folds ascend, since steps do.
            long step = reports.Steps[i], fold = step / stride;
            ref FoldSum sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, step % stride, out _);
            bool isComplete = sum.Folds == fold;
            string key = ReportedValues.Key(step);
            if (attributes.TryGetValue(key, out AttributeValue? vector)) vectors.Add(new(key, isComplete ? sum.MeanWith(vector) : AttributeValue.Null));
            if (!isComplete) continue;
            sum.Total += reports.Values[i];
            sum.Folds++;
            points.Add(new(step, sum.Total / sum.Folds));
        }
        return new(IntermediateValues.Of(points), vectors.Count == 0 ? attributes : attributes.With(vectors), stride);
    }

    /// <summary>The reports of the folds so far at one step.</summary>
    private struct FoldSum
    {
        private double[]? _vector;

        public long Folds { get; set; }

        public double Total { get; set; }

        /// <summary>The mean with one more vector; null where some fold has none of this length.</summary>
        public AttributeValue MeanWith(AttributeValue vector)
        {
            if (Folds == 0) _vector = vector.Kind == AttributeKind.Array ? new double[vector.Items.Count] : null;
            if (_vector is not null && (vector.Kind != AttributeKind.Array || vector.Items.Count != _vector.Length || Folds != Vectors)) _vector = null;
            if (_vector is null) return AttributeValue.Null;
            Vectors++;
            for (int k = 0; k < _vector.Length; k++) _vector[k] += vector.Items[k].TryGetDouble(out double value) ? value : double.NaN;
            double count = Vectors;
            return Array.ConvertAll(_vector, total => total / count);
        }

        private long Vectors { get; set; }
    }
}
