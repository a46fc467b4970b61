namespace HyperTune;

/// <summary>Lets the trials of a study be sampled one at a time, in the order of the tickets that they were given at their start. Safe for concurrent use.</summary>
internal sealed class SamplingTurns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, TaskCompletionSource> _waiting = [];
    private long _lastTicket = -1;
    private long _current;

    /// <summary>Takes the next ticket. Whoever holds one must call <see cref="Done"/> once, in its turn.</summary>
    public long Take()
    {
        lock (_gate) return ++_lastTicket;
    }

    /// <summary>Completes when it is the ticket's turn.</summary>
    public Task WaitAsync(long ticket)
    {
        lock (_gate)
        {
            if (ticket == _current) return Task.CompletedTask;
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(ticket, turn);
            return turn.Task;
        }
    }

    /// <summary>Ends the present turn.</summary>
    public void Done()
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            _current++;
            _waiting.Remove(_current, out next);
        }
        next?.SetResult();
    }
}
