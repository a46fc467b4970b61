using HyperTune.History;

namespace HyperTune.Tests.History;

public sealed class GrowingColumnTests
{
    [Fact]
    public void Items_written_earlier_stay_where_they_are_while_the_column_grows()
    {
        var column = new GrowingColumn<int>();
        column.Add(0);
        ReadOnlyMemory<int> first = column.FirstAsMemory(1);

        for (int i = 1; i < 1000; i++) column.Add(i);

        Assert.Equal(1000, column.Count);
        Assert.Equal(Enumerable.Range(0, 1000), column.First(1000).ToArray());
        Assert.Equal([0], first.ToArray());
    }

    [Fact]
    public async Task The_count_tells_of_no_item_that_is_not_yet_written()
    {
        const int Items = 3_000_000;
        var column = new GrowingColumn<int>();
        using var barrier = new Barrier(2);
        CancellationToken token = TestContext.Current.CancellationToken;

        Task<int> reader = Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(token);
                int torn = 0, count = 0;
                while (count < Items)
                {
                    count = column.Count;
                    if (count > 0 && column.First(count)[^1] != count) torn++;
                }
                return torn;
            },
            token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Task writer = Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(token);
                for (int i = 1; i <= Items; i++) column.Add(i);
            },
            token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await writer;

        Assert.Equal(0, await reader);
    }
}
