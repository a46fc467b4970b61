using CsCheck;
using HyperTune.Trials;

namespace HyperTune.Tests.Trials;

public sealed class TrialBufferTests
{
    private static readonly Distribution Unit = new FloatDistribution(0, 1);

    [Fact]
    public void A_fresh_trial_has_nothing_to_write()
    {
        TrialBuffer buffer = New();

        Assert.False(buffer.TryTake(out TrialChanges? changes));
        Assert.Null(changes);
    }

    [Fact]
    public void What_a_claimed_trial_brings_along_is_there_and_is_not_written_again()
    {
        var buffer = new TrialBuffer(new TrialRecord
        {
            Id = new TrialId(5),
            Number = 3,
            State = TrialState.Running,
            Parameters = ParameterSet.Empty.With("x", Unit, 0.5),
            IntermediateValues = IntermediateValues.Of([new(4, 1)]),
            UserAttributes = AttributeSet.Empty.With("u", 1),
            SystemAttributes = AttributeSet.Empty.With("s", 1),
        });

        Assert.False(buffer.TryTake(out _));
        Assert.False(buffer.TryAddReport(4, 2));
        Assert.True(buffer.TryAddReport(2, 2));
        buffer.AddParameter(buffer.Parameters.Schema.Append("y", Unit), 0.25);
        Assert.True(buffer.TryTake(out TrialChanges? changes));

        Assert.Equal(new TrialId(5), changes.Trial);
        Assert.Equal([new Parameter("y", Unit, 0.25)], changes.Parameters);
        Assert.Equal([new(2, 2)], changes.IntermediateValues);
        Assert.Empty(changes.UserAttributes);
        Assert.Equal([0.5, 0.25], buffer.Parameters.Values);
        Assert.Equal([2, 4], buffer.IntermediateValues.Steps);
    }

    [Fact]
    public void Taken_changes_hold_all_that_was_done()
    {
        TrialBuffer buffer = New();
        FillAll(buffer);

        Assert.True(buffer.TryTake(out TrialChanges? changes));

        Assert.Equal([new Parameter("x", Unit, 0.5)], changes.Parameters);
        Assert.Equal([new(1, 0.1)], changes.IntermediateValues);
        Assert.Equal(1, changes.UserAttributes["u"].AsInt64());
        Assert.Equal(1, changes.SystemAttributes["s"].AsInt64());
        Assert.Equal(1, changes.Study?.User["su"].AsInt64());
        Assert.Equal(TrialState.Complete, changes.Finish?.State);
    }

    [Fact]
    public void A_failed_write_keeps_everything_for_the_next_one()
    {
        TrialBuffer buffer = New();
        FillAll(buffer);
        Assert.True(buffer.TryTake(out TrialChanges? failed));

        Assert.True(buffer.TryAddReport(2, 0.2));
        Assert.True(buffer.TryTake(out TrialChanges? next));

        Assert.Equal(failed.Parameters, next.Parameters);
        Assert.Equal([new(1, 0.1), new(2, 0.2)], next.IntermediateValues);
        Assert.Same(failed.UserAttributes, next.UserAttributes);
        Assert.Same(failed.SystemAttributes, next.SystemAttributes);
        Assert.Same(failed.Study, next.Study);
        Assert.Same(failed.Finish, next.Finish);
    }

    [Fact]
    public void A_confirmed_write_is_not_given_again()
    {
        TrialBuffer buffer = New();
        FillAll(buffer);
        Assert.True(buffer.TryTake(out TrialChanges? changes));

        buffer.Confirm(changes);

        Assert.False(buffer.TryTake(out _));
        Assert.Single(buffer.Parameters);
        Assert.Equal(1, buffer.UserAttributes["u"].AsInt64());
    }

    [Fact]
    public void Changes_between_taking_and_confirming_are_not_lost()
    {
        TrialBuffer buffer = New();
        buffer.SetUserAttribute("u", 1);
        buffer.SetUserAttribute("kept", 1);
        buffer.SetSystemAttribute("s", 1);
        buffer.AddParameter(ParameterSchema.Empty.Append("x", Unit), 0.5);
        Assert.True(buffer.TryAddReport(1, 0.1));
        buffer.ChangeStudy(new() { User = AttributeSet.Empty.With("su", 1), PutIfAbsent = AttributeSet.Empty.With("p", 1) });
        Assert.True(buffer.TryTake(out TrialChanges? first));

        buffer.SetUserAttribute("u", 2);
        buffer.SetUserAttribute("new", 3);
        buffer.SetSystemAttribute("s", 2);
        buffer.AddParameter(buffer.Parameters.Schema.Append("y", Unit), 0.75);
        Assert.True(buffer.TryAddReport(0, 0.2));
        buffer.ChangeStudy(new() { User = AttributeSet.Empty.With("su2", 2), PutIfAbsent = AttributeSet.Empty.With("p", 2) });
        buffer.Finish(new(new() { State = TrialState.Failed, CompletedAt = default, RequestId = Guid.NewGuid() }));
        buffer.Confirm(first);
        Assert.True(buffer.TryTake(out TrialChanges? second));

        Assert.Equal([new Parameter("y", Unit, 0.75)], second.Parameters);
        Assert.Equal([new(0, 0.2)], second.IntermediateValues);
        Assert.Equal(["new", "u"], second.UserAttributes.Keys.Order());
        Assert.Equal(2, second.UserAttributes["u"].AsInt64());
        Assert.Equal(2, second.SystemAttributes["s"].AsInt64());
        Assert.Equal(2, second.Study?.User["su2"].AsInt64());
        // The first writer of "p" was written; what is written is not written again.
        Assert.Equal((1, 0, 0), (second.Study?.User.Count, second.Study?.System.Count, second.Study?.PutIfAbsent.Count));
        Assert.Equal(TrialState.Failed, second.Finish?.State);
        buffer.Confirm(second);
        Assert.False(buffer.TryTake(out _));
    }

    [Fact]
    public void An_end_that_was_taken_back_leaves_nothing()
    {
        TrialBuffer buffer = New();
        buffer.Finish(EndWithNotes("first"));
        Assert.True(buffer.TryTake(out TrialChanges? changes));
        Assert.Equal(["first"], changes.SystemAttributes.Keys);
        Assert.Equal(["first"], changes.Study?.System.Keys);

        buffer.Unfinish();

        Assert.False(buffer.TryTake(out _));
        Assert.Empty(buffer.SystemAttributes);
    }

    [Fact]
    public void What_belongs_to_an_end_is_written_with_it_and_shown_once_it_is_stored()
    {
        TrialBuffer buffer = New();
        buffer.SetSystemAttribute("s", 1);
        buffer.ChangeStudy(new() { System = AttributeSet.Empty.With("study", 1) });
        buffer.Finish(EndWithNotes("end"));
        Assert.True(buffer.TryTake(out TrialChanges? changes));
        Assert.Equal(["s"], buffer.SystemAttributes.Keys);

        buffer.Confirm(changes);

        Assert.Equal(["s", "end"], changes.SystemAttributes.Keys);
        Assert.Equal(["study", "end"], changes.Study?.System.Keys);
        Assert.Equal(["s", "end"], buffer.ToRecord().SystemAttributes.Keys);
        Assert.False(buffer.TryTake(out _));
    }

    [Fact]
    public void Setting_attributes_copies_none_of_those_set_before()
    {
        TrialBuffer buffer = New();
        for (int i = 0; i < 4096; i++) buffer.SetSystemAttribute($"report {i}", 0.5);
        AttributeValue value = 0.5;
        // The log doubles now and then; over as many entries as it holds that is a constant for each.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 4096; i++) buffer.SetSystemAttribute("again", value);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096 * 64);
        Assert.Equal(4097, buffer.SystemAttributes.Count);
    }

    [Fact]
    public void A_step_is_reported_once_in_whatever_order_steps_come()
    {
        TrialBuffer buffer = New();

        bool[] added = [.. new long[] { 5, 3, 5, 4, 3, 5, 6, 6, 4, 0, 0 }.Select((step, i) => buffer.TryAddReport(step, i))];

        Assert.Equal([true, true, false, true, false, false, true, false, false, true, false], added);
        Assert.Equal([0, 3, 4, 5, 6], buffer.IntermediateValues.Steps);
        Assert.Equal([9, 1, 3, 0, 6], buffer.IntermediateValues.Values);
    }

    [Fact]
    public void Reports_in_any_order_keep_the_first_of_each_step() => Gen.Select(Gen.Long[0, 12], Gen.Double).Array[0, 40].Sample(reports =>
    {
        TrialBuffer buffer = New();
        var expected = new SortedDictionary<long, double>();

        foreach ((long step, double value) in reports) Assert.Equal(expected.TryAdd(step, value), buffer.TryAddReport(step, value));

        Assert.Equal(expected, buffer.IntermediateValues);
        Assert.Equal(expected, buffer.TryTake(out TrialChanges? changes) ? changes.IntermediateValues.OrderBy(report => report.Key) : []);
    });

    [Fact]
    public void Parameter_sets_handed_out_earlier_do_not_change_as_the_trial_goes_on()
    {
        TrialBuffer buffer = New();
        var schema = ParameterSchema.CreateRoot();
        var handedOut = new List<ParameterSet>();

        for (int i = 0; i < 40; i++)
        {
            schema = schema.Append($"p{i}", Unit);
            buffer.AddParameter(schema, i);
            handedOut.Add(buffer.Parameters);
        }

        for (int i = 0; i < 40; i++) Assert.Equal(Enumerable.Range(0, i + 1).Select(k => (double)k), handedOut[i].Values.ToArray());
    }

    [Fact]
    public async Task Parallel_reports_and_attributes_beside_the_pump_reach_the_storage_once_each()
    {
        const int Threads = 4, Each = 500;
        TrialBuffer buffer = New();
        var reports = new List<KeyValuePair<long, double>>();
        var attributes = new Dictionary<string, AttributeValue>();
        int running = Threads;
        using var barrier = new Barrier(Threads + 1);
        CancellationToken token = TestContext.Current.CancellationToken;

        Task[] folds = [.. Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(token);
                for (int i = 0; i < Each; i++)
                {
                    Assert.True(buffer.TryAddReport((i * Threads) + thread, thread));
                    buffer.SetUserAttribute($"fold {thread}", i);
                }
                Interlocked.Decrement(ref running);
            },
            token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        Task pump = Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(token);
                bool isLast;
                int takes = 0;
                do
                {
                    isLast = Volatile.Read(ref running) == 0;
                    if (!buffer.TryTake(out TrialChanges? changes)) continue;
                    // Every third write fails.
                    if (++takes % 3 == 0 && !isLast) continue;
                    reports.AddRange(changes.IntermediateValues);
                    foreach ((string key, AttributeValue value) in changes.UserAttributes) attributes[key] = value;
                    buffer.Confirm(changes);
                }
                while (!isLast);
            },
            token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.WhenAll([.. folds, pump]);

        Assert.Equal(Enumerable.Range(0, Threads * Each).Select(step => (long)step), reports.Select(report => report.Key).Order());
        Assert.All(reports, report => Assert.Equal(report.Key % Threads, report.Value));
        Assert.All(Enumerable.Range(0, Threads), thread => Assert.Equal(Each - 1, attributes[$"fold {thread}"].AsInt64()));
        Assert.False(buffer.TryTake(out _));
    }

    [Fact]
    public void The_record_shows_what_is_not_yet_written()
    {
        TrialBuffer buffer = New();
        FillAll(buffer);

        TrialRecord record = buffer.ToRecord();

        Assert.Equal(TrialState.Running, record.State);
        Assert.Equal(0.5, record.Params["x"]);
        Assert.Equal(0.1, record.IntermediateValues[1]);
        Assert.Equal(1, record.UserAttributes["u"].AsInt64());
        Assert.Equal(1, record.SystemAttributes["s"].AsInt64());
    }

    private static void FillAll(TrialBuffer buffer)
    {
        buffer.AddParameter(ParameterSchema.Empty.Append("x", Unit), 0.5);
        Assert.True(buffer.TryAddReport(1, 0.1));
        buffer.SetUserAttribute("u", 1);
        buffer.SetSystemAttribute("s", 1);
        buffer.ChangeStudy(new() { User = AttributeSet.Empty.With("su", 1) });
        buffer.Finish(new(new() { State = TrialState.Complete, Values = [1], CompletedAt = default, RequestId = Guid.NewGuid() }));
    }

    private static TrialEnd EndWithNotes(string key) => new(new() { State = TrialState.Failed, CompletedAt = default, RequestId = Guid.NewGuid() })
    {
        SystemAttributes = AttributeSet.Empty.With(key, 1),
        Study = new() { System = AttributeSet.Empty.With(key, 1) },
    };

    private static TrialBuffer New() => new(new TrialRecord { Id = new TrialId(1), Number = 0, State = TrialState.Running });
}
