using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Tests.Studies;

/// <summary>A clock that stands still until told otherwise, and shows the times for which its timers are set.</summary>
internal sealed class ObservedTimeProvider : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ObservedTimer(base.CreateTimer(callback, state, dueTime, period), _set.Writer);

    /// <summary>Lets time pass to each moment for which a timer is set, if that is not too far off, until a task has completed.</summary>
    /// <returns>The times that passed.</returns>
    public async Task<IReadOnlyList<TimeSpan>> PassUntilAsync(Task task, TimeSpan longest)
    {
        var passed = new List<TimeSpan>();
        Task<TimeSpan> next = _set.Reader.ReadAsync().AsTask();
        while (await Task.WhenAny(task, next) == next)
        {
            TimeSpan time = await next;
            next = _set.Reader.ReadAsync().AsTask();
            if (time < TimeSpan.Zero || time > longest) continue;
            passed.Add(time);
            Advance(time);
        }
        return passed;
    }

    private sealed class ObservedTimer(ITimer inner, ChannelWriter<TimeSpan> set) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool isChanged = inner.Change(dueTime, period);
            set.TryWrite(dueTime);
            return isChanged;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
