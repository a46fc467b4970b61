namespace HyperTune.Storage.Journal;

/// <inheritdoc cref="JournalWork"/>
internal sealed class JournalWork<T>(bool isWriting, string request, Func<JournalDraft, T> decide) : JournalWork(isWriting, request)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _decided;
    private Exception? _refusal;

    public Task<T> Answer => _answer.Task;

    public override bool IsDone => _answer.Task.IsCompleted;

    public override void Decide(JournalDraft draft)
    {
        JournalUndo undo = draft.State.Undo!;
        int before = undo.Count;
        try
        {
            (_decided, _refusal) = (decide(draft), null);
            draft.EndGroup();
        }
#pragma warning disable CA1031 // Whatever refuses one request goes to who made it, and leaves the others alone.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            undo.BackTo(before);
            draft.DropGroup();
            _refusal = exception;
        }
    }

    public override void Complete()
    {
        if (_refusal is not null) _answer.TrySetException(_refusal);
        else _answer.TrySetResult(_decided!);
    }

    public override void Fail(Exception exception) => _answer.TrySetException(exception);
}
