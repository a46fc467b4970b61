using HyperTune.History;
using HyperTune.Pareto;

namespace HyperTune.Pruners.Fronts;

/// <summary>Vectors of finished trials by fronts: a view that each new trial extends. Immutable.</summary>
/// <param name="Fronts">The vectors without NaN.</param>
/// <param name="NanCount">The number of those with NaN.</param>
/// <param name="Rows">The rows that are in.</param>
internal sealed record FrontView(GrowingFronts Fronts, int NanCount, int Rows)
{
    /// <summary>The vectors of a snapshot.</summary>
    public static FrontView Of(StudyHistory history, Source source)
    {
        FrontView view = history.View<FrontView>(source, (snapshot, former) => Extend(snapshot, former, source));
        // Ahead of an older snapshot, which is rare: points cannot be taken out again, so the view is made anew for it.
        return view.Rows > history.Count ? Extend(history, null, source) : view;
    }

    private static FrontView Extend(StudyHistory history, FrontView? former, Source source)
    {
        int objectives = history.Directions.Count;
        FrontView view = former ?? new FrontView(GrowingFronts.Empty(objectives), 0, 0);
        var added = new List<double>();
        var losses = new double[objectives];
        int nans = view.NanCount;
        for (int row = view.Rows; row < history.Count; row++)
        {
            if (!source.TryRead(history, row, losses)) continue;
            if (losses.AsSpan().Contains(double.NaN)) nans++;
            else added.AddRange(losses);
        }
        return new FrontView(added.Count == 0 ? view.Fronts : view.Fronts.With([.. added]), nans, history.Count);
    }

    /// <summary>Which vectors. Equal sources share a view.</summary>
    internal abstract record Source
    {
        /// <summary>Reads a row's losses; false if it has no vector or does not count.</summary>
        public abstract bool TryRead(StudyHistory history, int row, Span<double> losses);
    }
}
