using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    /// <summary>Every member that takes a study.</summary>
    private static readonly Dictionary<string, Func<IStorage, StudyId, CancellationToken, Task>> StudyMembers = new()
    {
        [nameof(IStorage.DeleteStudyAsync)] = (storage, id, token) => storage.DeleteStudyAsync(id, token).AsTask(),
        [nameof(IStorage.SetStudyAttributesAsync)] = (storage, id, token) => storage.SetStudyAttributesAsync(id, new() { User = Attribute("late", 1) }, token).AsTask(),
        [nameof(IStorage.StartTrialsAsync)] = (storage, id, token) => storage.StartTrialsAsync(id, NewStart(), token).AsTask(),
        [nameof(IStorage.AddTrialsAsync)] = (storage, id, token) => storage.AddTrialsAsync(id, NewImport(Queued()), token).AsTask(),
        [nameof(IStorage.WriteAsync)] = (storage, id, token) => storage.WriteAsync(id, [new() { Trial = new TrialId(1), UserAttributes = Attribute("late", 1) }], token).AsTask(),
        [nameof(IStorage.RenewLeasesAsync)] = (storage, id, token) => storage.RenewLeasesAsync(id, [new TrialId(1)], token).AsTask(),
        [nameof(IStorage.TakeBackAsync)] = (storage, id, token) => storage.TakeBackAsync(id, new LeaseRules(TimeSpan.Zero, 1), token).AsTask(),
        [nameof(IStorage.ReadAsync)] = (storage, id, token) => storage.ReadAsync(id, StudyCursor.Start, token).AsTask(),
    };

    public static TheoryData<string> StudyMemberNames => [.. StudyMembers.Keys];

    public static TheoryData<string> Names =>
    [
        "a", " ", " leading and trailing ", "two\nlines\tand a tab", "Größe — Ω ≈ 漢字", "🚀🧪 emoji", "'; DROP TABLE studies; --", "100%_[a-z]*?\\", "\"quoted\" `back` $1 :p @q {0}",
        "null", "study:metric_names", "e\u0301 (combining)", "\u202Eright to left", new string('n', 512), string.Concat(Enumerable.Repeat("🧪", 256)),
    ];

    public static TheoryData<string> ImpossibleNames => ["", new string('n', 513), "zero\0inside", "half \uD83D", "\uDE80 half", string.Concat(Enumerable.Repeat("🧪", 257))];

    [Fact]
    public async Task A_created_study_is_found_and_listed_as_it_was_given()
    {
        var definition = new StudyDefinition
        {
            Name = "study",
            Directions = [Direction.Maximize, Direction.Minimize, Direction.Maximize],
            UserAttributes = Attribute("owner", "me"),
            SystemAttributes = Attribute(SystemKeys.MetricNames, new[] { "a", "b", "c" }),
        };

        StudyRecord created = await Storage.CreateStudyAsync(definition, Token);
        IStorage second = await OpenSecondAsync();
        StudyRecord? found = await second.FindStudyAsync("study", Token);
        StudySummary listed = Assert.Single(await second.ListStudiesAsync(Token));

        Assert.Equal("study [Maximize, Minimize, Maximize] user {owner: \"me\"} system {study:metric_names: [\"a\", \"b\", \"c\"]}", RecordText.Of(created));
        Assert.NotNull(found);
        Assert.Equal((created.Id, RecordText.Of(created)), (found.Id, RecordText.Of(found)));
        Assert.Equal((created.Id, RecordText.Of(created)), (listed.Study.Id, RecordText.Of(listed.Study)));
        Assert.Equal(RecordText.Of(created), RecordText.Of(await ReadStudyAsync(created.Id, second)));
    }

    [Fact]
    public async Task Creating_a_study_whose_name_is_taken_throws_and_changes_nothing()
    {
        StudyId id = await CreateAsync();
        await StartOneAsync(id);
        IStorage second = await OpenSecondAsync();

        StudyExistsException error = await Assert.ThrowsAsync<StudyExistsException>(async () =>
            await second.CreateStudyAsync(new() { Name = "study", Directions = [Direction.Maximize], UserAttributes = Attribute("other", 1) }, Token));

        Assert.Equal("study", error.Name);
        Assert.Equal(id, (await Storage.FindStudyAsync("study", Token))?.Id);
        Assert.Equal("study [Minimize] user {} system {}", RecordText.Of(await ReadStudyAsync(id)));
        Assert.Equal(1, Assert.Single(await Storage.ListStudiesAsync(Token)).TrialCount);
    }

    [Fact]
    public async Task Of_parallel_creators_of_one_name_exactly_one_wins()
    {
        IStorage second = await OpenSecondAsync();

        StudyRecord?[] created = await TogetherAsync(8, async i =>
        {
            try
            {
                return await (i % 2 == 0 ? Storage : second).CreateStudyAsync(new() { Name = "study", Directions = [Direction.Minimize] }, Token);
            }
            catch (StudyExistsException)
            {
                return null;
            }
        });

        StudyRecord winner = Assert.Single(created.OfType<StudyRecord>());
        Assert.Equal(winner.Id, (await second.FindStudyAsync("study", Token))?.Id);
    }

    [Fact]
    public async Task Studies_are_listed_in_the_order_of_their_ids_with_their_counts()
    {
        StudyId first = await CreateAsync("b"), second = await CreateAsync("a"), third = await CreateAsync("c");
        await AddAsync(first, Queued());
        await AddAsync(third, Done(1) with { StartedAt = At(30), CompletedAt = At(31) }, Done(2) with { StartedAt = At(10), CompletedAt = At(40) }, Queued());

        IReadOnlyList<StudySummary> listed = await Storage.ListStudiesAsync(Token);

        Assert.Equal([first, second, third], listed.Select(summary => summary.Study.Id));
        Assert.Equal(listed.Select(summary => summary.Study.Id.Value).Order(), listed.Select(summary => summary.Study.Id.Value));
        Assert.Equal([1, 0, 3], listed.Select(summary => summary.TrialCount));
        Assert.Equal([null, null, At(10)], listed.Select(summary => summary.StartedAt));
    }

    [Fact]
    public async Task A_fresh_store_has_no_study()
    {
        Assert.Empty(await Storage.ListStudiesAsync(Token));
        Assert.Null(await Storage.FindStudyAsync("study", Token));
    }

    [Fact]
    public async Task Names_differ_by_case_and_blanks()
    {
        StudyId[] ids = [await CreateAsync("study"), await CreateAsync("Study"), await CreateAsync("study "), await CreateAsync(" study"), await CreateAsync("e\u0301"), await CreateAsync("\u00e9")];

        Assert.Equal(6, ids.Distinct().Count());
        Assert.Equal(ids[1], (await Storage.FindStudyAsync("Study", Token))?.Id);
        Assert.Equal(ids[2], (await Storage.FindStudyAsync("study ", Token))?.Id);
        Assert.Equal(ids[4], (await Storage.FindStudyAsync("e\u0301", Token))?.Id);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Any_text_of_up_to_512_characters_names_studies_attributes_and_parameters(string name)
    {
        StudyId id = await CreateAsync(name);
        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute(name, 1), System = Attribute(name, 2) }, Token);
        TrialRecord trial = await StartOneAsync(id);
        var changes = new TrialChanges
        {
            Trial = trial.Id,
            Parameters = [new(name, new CategoricalDistribution([name, "zero\0 and half \uD83D"]), 1)],
            UserAttributes = Attribute(name, name),
            SystemAttributes = Attribute(name, name),
            Finish = Complete(1),
        };

        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, changes));

        IStorage second = await OpenSecondAsync();
        StudyRecord? found = await second.FindStudyAsync(name, Token);
        Assert.Equal(name, found?.Name);
        Assert.Equal(1, found?.UserAttributes[name].AsInt64());
        TrialRecord read = await ReadTrialAsync(id, 0, second);
        Assert.Equal("zero\0 and half \uD83D", read.Params[name]);
        Assert.Equal(name, read.UserAttributes[name].AsString());
        Assert.Equal(name, read.SystemAttributes[name].AsString());
    }

    [Theory]
    [MemberData(nameof(ImpossibleNames))]
    public async Task A_name_that_no_storage_can_hold_is_refused_everywhere_and_nothing_is_done(string name)
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        string[] before = await ReadTextsAsync(id);

        await RefusedAsync(async () => await Storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, Token));
        await RefusedAsync(async () => await Storage.CreateStudyAsync(new() { Name = "other", Directions = [Direction.Minimize], UserAttributes = Attribute(name, 1) }, Token));
        await RefusedAsync(async () => await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("fine", 1).With(name, 1) }, Token));
        await RefusedAsync(async () => await Storage.SetStudyAttributesAsync(id, new() { System = Attribute(name, 1) }, Token));
        await RefusedAsync(async () => await Storage.SetStudyAttributesAsync(id, new() { PutIfAbsent = Attribute(name, 1) }, Token));
        await RefusedAsync(async () => await WriteAsync(id, new() { Trial = trial.Id, UserAttributes = Attribute("fine", 1).With(name, 1) }));
        await RefusedAsync(async () => await WriteAsync(id, new() { Trial = trial.Id, SystemAttributes = Attribute(name, 1) }));
        await RefusedAsync(async () => await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new(name, new FloatDistribution(0, 1), 0.5)] }));
        await RefusedAsync(async () => await WriteAsync(id, new() { Trial = trial.Id, Study = new() { User = Attribute(name, 1) } }));
        await RefusedAsync(async () => await AddAsync(id, Queued(), Queued() with { UserAttributes = Attribute(name, 1) }));
        await RefusedAsync(async () => await AddAsync(id, Done(1) with { Parameters = ParameterSet.Empty.With(name, new FloatDistribution(0, 1), 0.5) }));

        Assert.Equal(before, await ReadTextsAsync(id));
        Assert.Equal("study [Minimize] user {} system {}", RecordText.Of(await ReadStudyAsync(id)));
        Assert.Single(await Storage.ListStudiesAsync(Token));
    }

    [Fact]
    public async Task A_study_needs_a_known_direction()
    {
        await RefusedAsync(async () => await Storage.CreateStudyAsync(new() { Name = "study", Directions = [] }, Token));
        await RefusedAsync(async () => await Storage.CreateStudyAsync(new() { Name = "study", Directions = [(Direction)7] }, Token));
        await RefusedAsync(async () => await Storage.CreateStudyAsync(null!, Token));
        await RefusedAsync(async () => await Storage.FindStudyAsync(null!, Token));

        Assert.Empty(await Storage.ListStudiesAsync(Token));
    }

    [Fact]
    public async Task A_deleted_study_is_gone_with_its_trials_and_the_others_stay()
    {
        StudyId kept = await CreateAsync("kept"), deleted = await CreateAsync("deleted");
        await AddAsync(kept, Done(1));
        await AddAsync(deleted, Done(2), Queued());
        await StartOneAsync(deleted);

        await Storage.DeleteStudyAsync(deleted, Token);

        IStorage second = await OpenSecondAsync();
        Assert.Null(await second.FindStudyAsync("deleted", Token));
        Assert.Equal(kept, Assert.Single(await second.ListStudiesAsync(Token)).Study.Id);
        Assert.Single(await ReadTextsAsync(kept));
        StudyId again = await CreateAsync("deleted");
        Assert.Empty(await ReadTextsAsync(again));
        Assert.Equal(0, (await StartOneAsync(again)).Number);
    }

    [Theory]
    [MemberData(nameof(StudyMemberNames))]
    public async Task Members_throw_StudyNotFoundException_for_a_study_that_was_deleted_or_never_was(string member)
    {
        StudyId deleted = await CreateAsync("deleted");
        await StartOneAsync(deleted);
        IStorage second = await OpenSecondAsync();
        await ReadAsync(deleted, storage: second);
        await Storage.DeleteStudyAsync(deleted, Token);
        var never = new StudyId(deleted.Value + 1000);

        Assert.Equal(deleted, (await Assert.ThrowsAsync<StudyNotFoundException>(() => StudyMembers[member](Storage, deleted, Token))).Id);
        Assert.Equal(deleted, (await Assert.ThrowsAsync<StudyNotFoundException>(() => StudyMembers[member](second, deleted, Token))).Id);
        Assert.Equal(never, (await Assert.ThrowsAsync<StudyNotFoundException>(() => StudyMembers[member](Storage, never, Token))).Id);
    }

    [Theory]
    [MemberData(nameof(StudyMemberNames))]
    public async Task A_cancelled_call_throws_and_does_nothing(string member)
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        await AgeLeasesAsync(Storage, id, TimeSpan.FromMinutes(10));
        string[] before = await ReadTextsAsync(id);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StudyMembers[member](Storage, id, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.CreateStudyAsync(new() { Name = "other", Directions = [Direction.Minimize] }, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.FindStudyAsync("study", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.ListStudiesAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.WriteAsync(id, [new() { Trial = trial.Id, Finish = Complete(1) }], cancelled));

        Assert.Equal(before, await ReadTextsAsync(id));
        Assert.Equal("study [Minimize] user {} system {}", RecordText.Of(await ReadStudyAsync(id)));
        Assert.Single(await Storage.ListStudiesAsync(Token));
        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, new() { Trial = trial.Id, Finish = Complete(1) }));
    }

    private static async Task RefusedAsync(Func<Task> call) => await Assert.ThrowsAnyAsync<ArgumentException>(call);
}
