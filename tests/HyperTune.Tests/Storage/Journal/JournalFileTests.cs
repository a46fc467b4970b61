using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Storage.Diagnosis;
using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>What a journal file is beyond a storage: torn and damaged lines, locks, snapshots, and files that change under our feet.</summary>
public sealed class JournalFileTests : IDisposable
{
    private readonly JournalFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("{\"op_code\":8,\"worker_id\":\"dead\",\"tri")]
    [InlineData("{")]
    [InlineData("\0\0\0")]
    public async Task An_unfinished_last_line_is_left_until_somebody_writes_and_then_cut_off(string torn)
    {
        await using (JournalStorage storage = await _file.OpenAsync()) await CreateAsync(storage);
        await File.AppendAllTextAsync(_file.FilePath, torn, Token);
        await using JournalStorage again = await _file.OpenAsync();

        StudyRecord study = (await again.FindStudyAsync("study", Token))!;
        Assert.EndsWith(torn, await File.ReadAllTextAsync(_file.FilePath, Token), StringComparison.Ordinal);
        await StartAsync(again, study.Id);

        Assert.Equal(2, _file.Lines.Length);
        Assert.All(_file.Lines, line => Assert.EndsWith("}", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_last_line_that_is_no_JSON_is_left_by_readers_and_refused_by_writers()
    {
        await using (JournalStorage storage = await _file.OpenAsync()) await CreateAsync(storage);
        await File.AppendAllTextAsync(_file.FilePath, "no json\n", Token);
        await using JournalStorage again = await _file.OpenAsync();
        StudyRecord study = (await again.FindStudyAsync("study", Token))!;

        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await StartAsync(again, study.Id));

        Assert.Contains("entry 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("no json", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("no json\n", await File.ReadAllTextAsync(_file.FilePath, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op_code":11,"worker_id":"w"}""", "operation 11")]
    [InlineData("""{"worker_id":"w"}""", "op_code")]
    [InlineData("""[1,2]""", "no JSON object")]
    [InlineData("<html>", "<html>")]
    [InlineData("""{"op_code":4,"worker_id":"w"}""", "study_id")]
    [InlineData("""{"op_code":0,"worker_id":"w","study_name":"x","directions":[7]}""", "direction 7")]
    public async Task An_entry_that_nobody_can_understand_is_named(string line, string said)
    {
        await using (JournalStorage storage = await _file.OpenAsync()) await CreateAsync(storage);
        await File.AppendAllTextAsync(_file.FilePath, line + "\n" + _file.Lines[0] + "\n", Token);

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => _file.OpenAsync());

        Assert.Contains("entry 1 ", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(_file.FilePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_that_cannot_be_read_is_told_with_its_entry_and_the_rest_is_served()
    {
        await using JournalStorage storage = await _file.OpenAsync();
        StudyId study = await CreateAsync(storage);
        await StartAsync(storage, study);
        await StartAsync(storage, study);
        await File.AppendAllTextAsync(
            _file.FilePath, """{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"x","param_value_internal":1.0,"distribution":"{\"name\": \"NewDistribution\", \"attributes\": {}}"}""" + "\n", Token);

        StudyDelta delta = await storage.ReadAsync(study, StudyCursor.Start, Token);

        Assert.Equal([1], delta.Trials.Select(trial => trial.Number));
        UnreadableTrial unreadable = Assert.Single(delta.Unreadable);
        Assert.Equal((0, "journal entry 3"), (unreadable.Number, unreadable.Column));
        Assert.Contains("NewDistribution", unreadable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op_code":8,"worker_id":"w","trial_id":0,"user_attr":{"k":DEEP}}""", "'k' is nested deeper than 512.")]
    [InlineData("""{"op_code":9,"worker_id":"w","trial_id":0,"system_attr":{"a":1,"k":{"x":[1,"]",DEEP]}}}""", "'k' is nested deeper than 512.")]
    [InlineData("""{"op_code":6,"worker_id":"w","trial_id":0,"state":3,"values":DEEP}""", "the field 'values' is no array.")]
    public async Task A_trial_with_what_is_nested_too_deep_is_left_out_and_the_rest_is_served(string line, string said)
    {
        await using JournalStorage storage = await _file.OpenAsync();
        StudyId study = await CreateAsync(storage);
        await StartAsync(storage, study);
        await File.AppendAllTextAsync(_file.FilePath, line.Replace("DEEP", Nested(2_000_000), StringComparison.Ordinal) + "\n", Token);
        await StartAsync(storage, study);
        await using JournalStorage again = await _file.OpenAsync();

        Assert.All([await storage.ReadAsync(study, StudyCursor.Start, Token), await again.ReadAsync(study, StudyCursor.Start, Token)], delta =>
        {
            Assert.Equal([1], delta.Trials.Select(trial => trial.Number));
            UnreadableTrial unreadable = Assert.Single(delta.Unreadable);
            Assert.Equal((0, "journal entry 2", said), (unreadable.Number, unreadable.Column, unreadable.Message));
        });
    }

    [Fact]
    public async Task An_attribute_of_a_study_that_is_nested_too_deep_is_left_out_until_it_is_set_anew()
    {
        using var messages = new CapturingLoggerFactory();
        await using JournalStorage storage = await _file.OpenAsync(new() { FlushToDisk = false, LoggerFactory = messages });
        StudyId study = await CreateAsync(storage);
        await storage.SetStudyAttributesAsync(study, new() { User = AttributeSet.Empty.With("k", 1).With("l", 2) }, Token);
        const string entry = """{"op_code":2,"worker_id":"w","study_id":0,"user_attr":{"k":TOO_DEEP,"m":DEEP}}""";
        await File.AppendAllTextAsync(
            _file.FilePath, entry.Replace("TOO_DEEP", Nested(AttributeValue.MaxDepth + 1), StringComparison.Ordinal).Replace("DEEP", Nested(AttributeValue.MaxDepth), StringComparison.Ordinal) + "\n", Token);

        AttributeSet left = (await storage.FindStudyAsync("study", Token))!.UserAttributes;
        IReadOnlyList<StorageFinding> findings = await StorageDoctor.ExamineAsync(storage, cancellationToken: Token);
        await storage.SetStudyAttributesAsync(study, new() { User = AttributeSet.Empty.With("k", 3) }, Token);

        Assert.Equal(["l", "m"], left.Keys);
        Assert.Equal("error: study 'study', journal entry 3: The attribute 'k' is nested deeper than 512 and is left out. Set it anew, in a flatter form.", Assert.Single(findings).ToString());
        Assert.Contains("'k' of the study 'study'", Assert.Single(messages.WithId(39)).Text, StringComparison.Ordinal);
        Assert.Equal(3, (await storage.FindStudyAsync("study", Token))!.UserAttributes["k"].AsInt64());
        Assert.Empty(await StorageDoctor.ExamineAsync(storage, cancellationToken: Token));
    }

    [Fact]
    public async Task A_group_shows_only_as_a_whole_unless_its_writer_is_dead()
    {
        await using JournalStorage storage = await _file.OpenAsync();
        StudyId study = await CreateAsync(storage);
        TrialRecord trial = await StartAsync(storage, study);
        await storage.WriteAsync(study, [new() { Trial = trial.Id, UserAttributes = AttributeSet.Empty.With("a", 1).With("b", 2) }], Token);
        string all = await File.ReadAllTextAsync(_file.FilePath, Token);
        string cut = string.Concat(_file.Lines[..^1].Select(line => line + "\n"));
        await File.WriteAllTextAsync(_file.FilePath, cut, Token);
        await using JournalStorage reader = await _file.OpenAsync();

        Assert.Empty((await ReadAsync(reader, study)).UserAttributes);
        await File.WriteAllTextAsync(_file.FilePath, all, Token);
        Assert.Equal(2, (await ReadAsync(reader, study)).UserAttributes.Count);

        await File.WriteAllTextAsync(_file.FilePath, cut, Token);
        await using JournalStorage writer = await _file.OpenAsync();
        await StartAsync(writer, study);
        Assert.Equal(["a"], (await ReadAsync(writer, study)).UserAttributes.Keys);
    }

    [Fact]
    public async Task A_file_that_was_cut_replaced_or_deleted_is_noticed_before_anything_is_written()
    {
        foreach (Action<string> change in new Action<string>[]
        {
            File.Delete,
            path => File.WriteAllText(path, ""),
            path => File.WriteAllText(path, File.ReadAllText(path).Replace("study", "other", StringComparison.Ordinal)),
        })
        {
            using var file = new JournalFile();
            await using JournalStorage storage = await file.OpenAsync();
            StudyId study = await CreateAsync(storage);
            change(file.FilePath);

            StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await storage.ReadAsync(study, StudyCursor.Start, Token));
            await Assert.ThrowsAsync<StorageException>(async () => await StartAsync(storage, study));

            Assert.Contains("replaced, cut or deleted", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(file.FilePath) && File.ReadAllText(file.FilePath).Contains("op_code\":4", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(JournalFileLock.SymbolicLink)]
    [InlineData(JournalFileLock.File)]
    public async Task A_lock_left_behind_is_broken_after_its_time_and_not_before(JournalFileLock kind)
    {
        var time = new FakeTimeProvider();
        await using JournalStorage storage = await _file.OpenAsync(new() { FlushToDisk = false, Lock = kind, TimeProvider = time });
        await File.WriteAllTextAsync(_file.LockPath, "", Token);
        Task<StudyId> creating = CreateAsync(storage);

        for (int i = 0; i < 29; i++) await PassAsync(time, TimeSpan.FromSeconds(1));
        Assert.False(creating.IsCompleted);
        while (!creating.IsCompleted) await PassAsync(time, TimeSpan.FromSeconds(1));

        await creating;
        Assert.False(File.Exists(_file.LockPath));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_file.FilePath)!, "*.rename"));
    }

    [Fact]
    public async Task A_lock_under_which_something_happens_is_waited_for_until_the_time_is_out()
    {
        var time = new FakeTimeProvider();
        await using JournalStorage storage = await _file.OpenAsync(new() { FlushToDisk = false, TimeProvider = time, LockTimeout = TimeSpan.FromMinutes(2) });
        File.CreateSymbolicLink(_file.LockPath, _file.FilePath);
        Task<StudyId> creating = CreateAsync(storage);

        for (int i = 0; !creating.IsCompleted; i++)
        {
            File.SetLastWriteTimeUtc(_file.FilePath, DateTime.UnixEpoch.AddSeconds(i));
            await PassAsync(time, TimeSpan.FromSeconds(5));
        }

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => creating);
        Assert.True(error.IsTransient);
        Assert.Contains(_file.LockPath, error.Message, StringComparison.Ordinal);
        Assert.NotNull(new FileInfo(_file.LockPath).LinkTarget);
    }

    [Fact]
    public async Task The_lock_points_to_the_full_path_and_is_gone_after_each_write()
    {
        await using JournalStorage storage = await _file.OpenAsync(new() { FlushToDisk = false, Lock = JournalFileLock.SymbolicLink });
        var log = new HyperTune.Storage.Journal.JournalFileLog(_file.FilePath, new());

        await using (await log.EnterAsync(Token)) Assert.Equal(_file.FilePath, new FileInfo(_file.LockPath).LinkTarget);
        await CreateAsync(storage);

        Assert.Null(new FileInfo(_file.LockPath).LinkTarget);
    }

    [Fact]
    public async Task Opening_from_a_snapshot_gives_what_the_whole_journal_gives()
    {
        using var theirs = new JournalFile("interop/journal.log");
        await using (JournalStorage first = await theirs.OpenAsync(new() { SnapshotInterval = 1, FlushToDisk = false })) await CreateAsync(first, "one more");
        Assert.True(File.Exists(theirs.SnapshotPath));
        await using JournalStorage restored = await theirs.OpenAsync();
        File.Delete(theirs.SnapshotPath);
        await using JournalStorage replayed = await theirs.OpenAsync();

        foreach ((StudySummary left, StudySummary right) in (await restored.ListStudiesAsync(Token)).Zip(await replayed.ListStudiesAsync(Token), (left, right) => (left, right)))
        {
            Assert.Equal(RecordText.Of(right.Study.UserAttributes), RecordText.Of(left.Study.UserAttributes));
            Assert.Equal(right.TrialCount, left.TrialCount);
            Assert.Equal(await TextsAsync(replayed, right.Study.Id), await TextsAsync(restored, left.Study.Id));
        }
    }

    [Fact]
    public async Task A_snapshot_that_is_damaged_or_of_another_journal_is_passed_over_and_replaced()
    {
        using var theirs = new JournalFile("interop/journal.log");
        await using (await theirs.OpenAsync(new() { SnapshotInterval = 1 })) { }
        byte[] foreign = await File.ReadAllBytesAsync(theirs.SnapshotPath, Token);
        byte[] damaged = [.. foreign];
        damaged[foreign.Length / 2] ^= 1;
        await using (JournalStorage storage = await _file.OpenAsync()) await CreateAsync(storage);
        foreach (byte[] snapshot in new[] { foreign, damaged, [], "text"u8.ToArray() })
        {
            await File.WriteAllBytesAsync(_file.SnapshotPath, snapshot, Token);

            await using JournalStorage again = await _file.OpenAsync(new() { SnapshotInterval = 1 });

            Assert.Equal("study", Assert.Single(await again.ListStudiesAsync(Token)).Study.Name);
            Assert.NotEqual(snapshot, await File.ReadAllBytesAsync(_file.SnapshotPath, Token));
        }
    }

    [Fact]
    public async Task A_repeated_request_is_known_after_a_snapshot()
    {
        await using JournalStorage storage = await _file.OpenAsync(new() { SnapshotInterval = 1 });
        StudyId study = await CreateAsync(storage);
        var start = new TrialStart { Count = 3, StartedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() };
        await storage.StartTrialsAsync(study, start, Token);
        var import = new TrialImport { Trials = [new() { State = TrialState.Waiting }, new() { State = TrialState.Failed }], RequestId = Guid.NewGuid() };
        await storage.AddTrialsAsync(study, import, Token);
        await using JournalStorage again = await _file.OpenAsync();

        Assert.Equal([0, 1, 2], (await again.StartTrialsAsync(study, start, Token)).Select(trial => trial.Number));
        Assert.Equal([3, 4], await again.AddTrialsAsync(study, import, Token));
    }

    [Fact]
    public async Task A_lease_of_an_earlier_journal_of_that_name_does_not_end_a_trial_of_this_one()
    {
        await using (JournalStorage storage = await _file.OpenAsync()) await StartAsync(storage, await CreateAsync(storage));
        File.Delete(_file.FilePath);
        await using JournalStorage anew = await _file.OpenAsync();
        StudyId study = await CreateAsync(anew);
        await anew.StartTrialsAsync(study, new() { StartedAt = DateTimeOffset.UnixEpoch.AddDays(1), IsLeased = false, RequestId = Guid.NewGuid() }, Token);
        _file.Age(TimeSpan.FromHours(1));

        Assert.Empty(await anew.TakeBackAsync(study, new(TimeSpan.FromMinutes(1), 0), Token));
        Assert.Empty(Directory.GetFiles(_file.LeaseFolder));
    }

    [Fact]
    public async Task A_trial_that_took_over_the_lease_of_another_is_taken_back_when_its_worker_is_gone()
    {
        await using JournalStorage storage = await _file.OpenAsync();
        StudyId study = await CreateAsync(storage);
        TrialRecord running = await StartAsync(storage, study);
        for (int i = 0; i < 20; i++)
        {
            var end = new TrialFinish { State = TrialState.Complete, Values = [1], CompletedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() };
            (_, IReadOnlyList<TrialRecord> started, _) = await storage.WriteAndStartAsync(
                study, [new() { Trial = running.Id, Finish = end }], new() { StartedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() }, StudyCursor.Start, Token);
            running = Assert.Single(started);
            Assert.Single(Directory.GetFiles(_file.LeaseFolder));
        }
        await using JournalStorage other = await _file.OpenAsync();
        LeaseRules rules = new(TimeSpan.FromMinutes(1), 0);

        Assert.Empty(await other.TakeBackAsync(study, rules, Token));
        _file.Age(TimeSpan.FromHours(1));

        Assert.Equal(running.Id, Assert.Single(await other.TakeBackAsync(study, rules, Token)).Id);
        Assert.Empty(await other.TakeBackAsync(study, rules, Token));
        Assert.Empty(Directory.GetFiles(_file.LeaseFolder));
    }

    [Fact]
    public async Task A_journal_that_is_only_read_is_not_touched()
    {
        using var theirs = new JournalFile("interop/journal.log");
        byte[] before = await File.ReadAllBytesAsync(theirs.FilePath, Token);
        await using JournalStorage storage = await theirs.OpenAsync(new() { IsReadOnly = true, SnapshotInterval = 1 });

        Assert.Equal(124, await new InteropExpectation("interop/expected-journal.json").CompareAsync(storage, Token));
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => CreateAsync(storage));

        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(theirs.FilePath, Token));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(theirs.FilePath)!));
    }

    [Fact]
    public async Task What_cannot_be_opened_says_why()
    {
        string folder = Path.GetDirectoryName(_file.FilePath)!;
        Assert.Contains("folder", (await Assert.ThrowsAsync<StorageException>(() => JournalStorage.OpenFileAsync(folder, cancellationToken: Token))).Message, StringComparison.Ordinal);
        string nowhere = Path.Combine(folder, "none", "x.log");
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<StorageException>(() => JournalStorage.OpenFileAsync(nowhere, cancellationToken: Token))).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", (await Assert.ThrowsAsync<StorageException>(() => JournalStorage.OpenFileAsync(_file.FilePath, new() { IsReadOnly = true }, Token))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => JournalStorage.OpenFileAsync(" ", cancellationToken: Token));
    }

    [Fact]
    public async Task Lines_longer_than_what_is_read_at_once_and_many_of_them_are_read()
    {
        string large = new('é', 2_000_000);
        await using (JournalStorage storage = await _file.OpenAsync())
        {
            StudyId study = await CreateAsync(storage);
            for (int i = 0; i < 3; i++) await storage.SetStudyAttributesAsync(study, new() { User = AttributeSet.Empty.With($"k{i}", large) }, Token);
            await StartAsync(storage, study);
        }
        await using JournalStorage again = await _file.OpenAsync();

        StudySummary summary = Assert.Single(await again.ListStudiesAsync(Token));
        Assert.Equal(1, summary.TrialCount);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(large, summary.Study.UserAttributes[$"k{i}"].AsString()));
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    /// <summary>Lets fake time pass once whoever waits has had a chance to begin waiting.</summary>
    private static async Task PassAsync(FakeTimeProvider time, TimeSpan span)
    {
        for (int i = 0; i < 20; i++)
        {
            await Task.Yield();
            time.Advance(span / 20);
            await Task.Delay(1, Token);
        }
    }

    private static async Task<StudyId> CreateAsync(JournalStorage storage, string name = "study") =>
        (await storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, Token)).Id;

    private static async Task<TrialRecord> StartAsync(JournalStorage storage, StudyId study) =>
        (await storage.StartTrialsAsync(study, new() { StartedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() }, Token))[0];

    private static async Task<TrialRecord> ReadAsync(JournalStorage storage, StudyId study) => (await storage.ReadAsync(study, StudyCursor.Start, Token)).Trials[0];

    private static async Task<string[]> TextsAsync(JournalStorage storage, StudyId study) => [.. (await storage.ReadAsync(study, StudyCursor.Start, Token)).Trials.Select(RecordText.Of)];
}
