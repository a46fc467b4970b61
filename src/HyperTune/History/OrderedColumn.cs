using HyperTune.Numerics;

namespace HyperTune.History;

/// <summary>The losses of one sparse column in order: a view that each new trial extends.</summary>
/// <remarks>
/// Built when it is first asked for. A new trial costs O(√n) block copies in each column that is asked for; asking costs O(log n). Immutable.
/// </remarks>
internal sealed class OrderedColumn
{
    private readonly OrderedValues _values;
    private readonly SparseColumn _entries;

    // A snapshot that has the rows of all entries that are in.
    private readonly StudyHistory _upTo;

    private OrderedColumn(OrderedValues values, SparseColumn entries, StudyHistory upTo)
    {
        _values = values;
        _entries = entries;
        _upTo = upTo;
    }

    /// <summary>The losses that a snapshot has in a column.</summary>
    public static OrderedValues Of(StudyHistory history, Source source)
    {
        OrderedColumn column = history.View<OrderedColumn>(source, (snapshot, former) => Extend(snapshot, former, source));
        OrderedValues values = column._values;
        // The view may be ahead of an older snapshot. What came since is few, and taken out again, so that the answer belongs to the snapshot.
        for (int entry = column._entries.Count - 1; entry >= 0 && column._entries.Rows[entry] >= history.Count; entry--)
        {
            if (source.Counts(column._upTo, column._entries.Rows[entry])) values = values.Without(source.Loss(history, column._entries.Values[entry]));
        }
        return values;
    }

    private static OrderedColumn Extend(StudyHistory history, OrderedColumn? former, Source source)
    {
        SparseColumn entries = source.Column(history);
        OrderedValues values = former?._values ?? OrderedValues.Empty;
        int first = former?._entries.Count ?? 0;
        var added = new List<double>(entries.Count - first);
        for (int entry = first; entry < entries.Count; entry++)
        {
            if (source.Counts(history, entries.Rows[entry])) added.Add(source.Loss(history, entries.Values[entry]));
        }
        return new OrderedColumn(added.Count == 0 ? values : values.With([.. added]), entries, history);
    }

    /// <summary>A column and which of its rows count. Equal sources share a view.</summary>
    internal abstract record Source
    {
        /// <summary>The column in a snapshot.</summary>
        public abstract SparseColumn Column(StudyHistory history);

        /// <summary>Whether a row that has an entry counts.</summary>
        public abstract bool Counts(StudyHistory history, int row);

        /// <summary>An entry as a loss.</summary>
        public abstract double Loss(StudyHistory history, double value);
    }
}
