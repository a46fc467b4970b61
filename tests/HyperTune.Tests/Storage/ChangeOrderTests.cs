using HyperTune.Storage;

namespace HyperTune.Tests.Storage;

public sealed class ChangeOrderTests
{
    [Fact]
    public void Since_RandomChanges_GivesWhatALogGives()
    {
        var random = new Random(5);
        var order = new ChangeOrder();
        var log = new List<int>();
        int items = 0;
        for (int change = 0; change < 500; change++)
        {
            int item = random.Next(items + 1);
            if (item == items) items++;
            order.Note(item);
            log.Add(item);
            int since = random.Next(log.Count + 1);
            Assert.Equal(log[since..].Distinct().Order(), order.Since(since));
        }
        Assert.Equal(log.Count, order.Version);
    }
}
