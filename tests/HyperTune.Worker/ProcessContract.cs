using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Worker;

/// <summary>What a storage promises to workers in processes of their own, of which any may be killed at any moment. A subclass says only where the storage is.</summary>
public abstract class ProcessContract
{
    /// <summary>The test's token.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Trials of a study.</summary>
    protected virtual int Trials => 300;

    /// <summary>Four workers share a study.</summary>
    [Fact]
    public Task Processes_number_trials_without_gaps() => NumberAsync(Trials, SqliteSynchronous.Full);

    /// <summary>Workers that come one after the other, each killed but the last.</summary>
    [Fact]
    public async Task A_killed_process_loses_nothing_that_was_acknowledged_and_keeps_no_lock()
    {
        const int killed = 3;
        WorkerTask task = await CreateTaskAsync();
        await using IStorage storage = await task.OpenAsync(Token);
        StudyRecord study = await CreateAsync(storage);
        using var notes = new WorkerNotes();
        for (int round = 0; round < killed; round++)
        {
            using WorkerProcess worker = Start(task, notes, round);
            // Killed at a moment that its own progress decides: somewhere within the next requests.
            notes.Await(worker, round, trials: 30);
            await worker.KillAsync(Token);
        }
        using (WorkerProcess last = Start(task, notes, killed)) await last.EndAsync(Token);
        await CheckKilledAsync(storage, study, notes, killed);
    }

    /// <summary>Workers that run beside one that is killed.</summary>
    [Fact]
    public async Task A_killed_process_leaves_the_work_to_the_others()
    {
        WorkerTask task = await CreateTaskAsync();
        await using IStorage storage = await task.OpenAsync(Token);
        StudyRecord study = await CreateAsync(storage);
        using var notes = new WorkerNotes();
        using WorkerProcess victim = Start(task, notes, 0), second = Start(task, notes, 1), third = Start(task, notes, 2);
        notes.Await(victim, 0, trials: 5);
        await victim.KillAsync(Token);
        await second.EndAsync(Token);
        await third.EndAsync(Token);
        await CheckKilledAsync(storage, study, notes, killed: 1);
    }

    /// <summary>Makes a storage for one test, and says where.</summary>
    protected abstract ValueTask<string> CreateStorageAsync();

    /// <summary>What else has to hold of a storage whose workers were killed.</summary>
    protected virtual void CheckLeft()
    {
    }

    /// <summary>Checks that four processes number trials without gaps.</summary>
    protected async Task NumberAsync(int trials, SqliteSynchronous synchronous)
    {
        WorkerTask task = (await CreateTaskAsync()) with { Trials = trials, Synchronous = synchronous };
        await using IStorage storage = await task.OpenAsync(Token);
        StudyRecord study = await CreateAsync(storage);
        using var notes = new WorkerNotes();
        using WorkerProcess first = Start(task, notes, 0), second = Start(task, notes, 1), third = Start(task, notes, 2), fourth = Start(task, notes, 3);
        foreach (WorkerProcess worker in new[] { first, second, third, fourth }) await worker.EndAsync(Token);
        notes.Read().CheckAll(await storage.ReadAsync(study.Id, StudyCursor.Start, Token), trials);
    }

    private static WorkerProcess Start(WorkerTask task, WorkerNotes notes, int worker) => WorkerProcess.Start(task with { Notes = notes.PathOf(worker) });

    private static ValueTask<StudyRecord> CreateAsync(IStorage storage) => storage.CreateStudyAsync(new() { Name = "study", Directions = [Direction.Minimize] }, Token);

    private async Task<WorkerTask> CreateTaskAsync() => new() { Url = await CreateStorageAsync(), Trials = Trials };

    private async Task CheckKilledAsync(IStorage storage, StudyRecord study, WorkerNotes notes, int killed)
    {
        StudyDelta delta = await storage.ReadAsync(study.Id, StudyCursor.Start, Token);
        AcknowledgedTrials acknowledged = notes.Read();
        acknowledged.Check(delta, Trials);
        // A worker has one trial at a time: what it had not noted when it was killed.
        Assert.InRange(acknowledged.Count, Trials - killed, Trials);
        // What was cut off is running and whole: its parameters come with its end.
        TrialRecord[] cut = [.. delta.Trials.Where(trial => trial.State == TrialState.Running)];
        Assert.InRange(cut.Length, 0, killed);
        Assert.All(cut, trial => Assert.Empty(trial.Parameters));
        CheckLeft();
    }
}
