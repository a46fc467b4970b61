using HyperTune.History;

namespace HyperTune.Tests.History;

public sealed class HistoryConcurrencyTests
{
    private const int Trials = 20_000;
    private const int Readers = 2;

    [Fact]
    public async Task Readers_without_a_lock_see_whole_snapshots_while_trials_arrive()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        using var barrier = new Barrier(Readers + 1);
        bool isDone = false;
        CancellationToken token = TestContext.Current.CancellationToken;

        Task[] readers = [.. Enumerable.Range(0, Readers).Select(_ => Run(() =>
        {
            // An older snapshot is looked at again and again, beside the newest one.
            StudyHistory? held = null;
            long looks = 0;
            do
            {
                StudyHistory newest = builder.Current;
                CheckTail(newest);
                if (held is null || looks % 64 == 0) held = newest;
                CheckTail(held);
                looks++;
            }
            while (!Volatile.Read(ref isDone) || builder.Current.Count < Trials);
            CheckAll(builder.Current);
            CheckAll(held);
        }))];
        Task writer = Run(() =>
        {
            for (int i = 0; i < Trials;)
            {
                int size = Math.Min(1 + (i % 3), Trials - i);
                builder.Apply(HistoryData.Delta(Enumerable.Range(i, size).Select(Some)));
                i += size;
            }
            Volatile.Write(ref isDone, true);
        });
        await Task.WhenAll([.. readers, writer]);

        Assert.Equal(Trials, builder.Current.Count);

        Task Run(Action work) => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(token);
                work();
            },
            token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    [Fact]
    public async Task A_view_is_extended_once_for_new_rows_and_never_twice_at_a_time()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        using var barrier = new Barrier(4);
        int inside = 0, calls = 0, rows = 0;
        CancellationToken token = TestContext.Current.CancellationToken;

        for (int i = 0; i < 50; i++)
        {
            StudyHistory snapshot = builder.Apply(HistoryData.Delta(Enumerable.Range(3 * i, 3).Select(Some)));
            int before = calls;
            int[][] seen = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    barrier.SignalAndWait(token);
                    return snapshot.View<int[]>("numbers", Extend);
                },
                token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.Equal(before + 1, calls);
            Assert.All(seen, numbers => Assert.Same(seen[0], numbers));
            Assert.Equal(snapshot.Numbers.ToArray(), seen[0]);
        }
        Assert.Equal(150, rows);

        int[] Extend(StudyHistory history, int[]? former)
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            calls++;
            int known = former?.Length ?? 0;
            rows += history.Count - known;
            int[] next = [.. former ?? [], .. history.Numbers[known..]];
            Assert.Equal(0, Interlocked.Decrement(ref inside));
            return next;
        }
    }

    [Fact]
    public void An_older_snapshot_gets_the_newer_view_and_does_not_extend_it()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        StudyHistory older = builder.Apply(HistoryData.Delta(Some(0)));
        StudyHistory newer = builder.Apply(HistoryData.Delta(Some(1)));

        int[] ofNewer = newer.View<int[]>("numbers", (history, _) => history.Numbers.ToArray());
        int[] ofOlder = older.View<int[]>("numbers", (_, _) => throw new InvalidOperationException("It was extended again."));

        Assert.Same(ofNewer, ofOlder);
    }

    [Fact]
    public void Views_are_told_apart_by_the_equality_of_their_keys()
    {
        StudyHistory history = new HistoryBuilder(HistoryData.Study).Current;

        object one = history.View<object>(("key", 1), (_, _) => new object());

        Assert.Same(one, history.View<object>(("key", 1), (_, _) => new object()));
        Assert.NotSame(one, history.View<object>(("key", 2), (_, _) => new object()));
        Assert.Throws<ArgumentNullException>(() => history.View<object>(null!, (_, _) => new object()));
        Assert.Throws<ArgumentNullException>(() => history.View<object>("key", null!));
    }

    [Fact]
    public void A_view_that_could_not_be_extended_is_extended_at_the_next_call()
    {
        StudyHistory history = new HistoryBuilder(HistoryData.Study).Apply(HistoryData.Delta(Some(0)));

        Assert.Throws<InvalidOperationException>(() => history.View<object>("key", (_, _) => throw new InvalidOperationException()));

        Assert.NotNull(history.View<object>("key", (_, former) => former is null ? new object() : throw new InvalidOperationException("The failed state was kept.")));
    }

    /// <summary>Everything about the trial follows from its number: even ones have x, every fifth has y, whose range moves, and so on.</summary>
    private static TrialRecord Some(int number)
    {
        ParameterSet parameters = ParameterSet.Empty;
        if (number % 2 == 0) parameters = parameters.With("x", new FloatDistribution(0, 1e6), number);
        if (number % 5 == 0) parameters = parameters.With("y", new FloatDistribution(0, 1e6 + (number / 1000)), number);
        if (number % 1000 == 999) parameters = parameters.With($"rare {number}", new IntDistribution(0, 1_000_000), number);
        return HistoryData.Trial(number, number % 7 == 0 ? TrialState.Failed : TrialState.Complete) with
        {
            Values = number % 7 == 0 ? [] : [number, -number],
            Parameters = parameters,
            UserAttributes = number % 3 == 0 ? AttributeSet.Empty.With("third", number) : AttributeSet.Empty,
            IntermediateValues = IntermediateValues.Of([new(number % 1000 == 0 ? number : 1, number)]),
        };
    }

    private static void CheckTail(StudyHistory history)
    {
        int count = history.Count;
        for (int row = Math.Max(0, count - 3); row < count; row++) CheckRow(history, row);
        CheckColumn(history, "x", 2, Math.Max(0, ((count + 1) / 2) - 3));
        CheckColumn(history, "y", 5, Math.Max(0, ((count + 4) / 5) - 3));
        CheckSparse(history);
        if (!history.ParameterNames.Take(2).SequenceEqual(count > 0 ? ["x", "y"] : [])) Assert.Fail($"The names of {count} trials are {string.Join(", ", history.ParameterNames)}.");
        if (history.ParameterNames.Count() != (count > 0 ? 2 + (count / 1000) : 0)) Assert.Fail($"{count} trials have {history.ParameterNames.Count()} names.");
    }

    private static void CheckAll(StudyHistory history)
    {
        for (int row = 0; row < history.Count; row++) CheckRow(history, row);
        CheckColumn(history, "x", 2, 0);
        CheckColumn(history, "y", 5, 0);
    }

    private static void CheckRow(StudyHistory history, int row)
    {
        bool isFailed = row % 7 == 0;
        bool isRight = history.Numbers[row] == row
            && history.States[row] == (isFailed ? TrialState.Failed : TrialState.Complete)
            && history.Values(0)[row].Equals(isFailed ? double.NaN : row)
            && history.Values(1)[row].Equals(isFailed ? double.NaN : -row)
            && history.Violations[row] == 0
            && history[row].Number == row;
        if (!isRight) Assert.Fail($"Row {row} of {history.Count} is torn.");
    }

    private static void CheckSparse(StudyHistory history)
    {
        SparseColumn third = history.NumericUserAttributes["third"], first = history.IntermediateValues(0)[1];
        int count = history.Count;
        bool isRight = third.Count == (count + 2) / 3 && first.Count == count - ((count + 999) / 1000)
            && (third.Count == 0 || (third.Rows[^1] == 3 * (third.Count - 1) && third.Values[^1] == third.Rows[^1]))
            && (first.Count == 0 || first.Values[^1] == first.Rows[^1]);
        if (!isRight) Assert.Fail($"Of {count} rows {third.Count} have the attribute and {first.Count} the report.");
    }

    private static void CheckColumn(StudyHistory history, string name, int every, int from)
    {
        bool isThere = history.TryGetParameter(name, out ParameterColumn column);
        int expected = (history.Count + every - 1) / every;
        if (isThere != expected > 0 || (isThere && column.Count != expected)) Assert.Fail($"The column {name} of {history.Count} rows has {column.Count} entries, not {expected}.");
        for (int entry = from; entry < expected; entry++)
        {
            int row = entry * every;
            double high = ((FloatDistribution)column.DistributionAt(entry)).High;
            if (column.Rows[entry] != row || column.Values[entry] != row || high != 1e6 + (name == "y" ? row / 1000 : 0)) Assert.Fail($"Entry {entry} of {name} is torn.");
        }
    }
}
