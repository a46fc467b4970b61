using HyperTune.Storage;

namespace HyperTune.Testing;

/// <content>The trial with the default values of a declared space.</content>
public abstract partial class StorageContract
{
    private static readonly SearchSpace WithDefaults = SearchSpace.Empty
        .AddDouble("x", 0, 1)
        .AddCategorical<string?>("k", ["a", null])
        .AddInt("n", 1, 9)
        .WithDefaults(("x", 0.1), ("k", null));

    /// <summary>Workers that open a study at the same time queue its defaults once, before what a user queues.</summary>
    [Fact]
    public async Task Of_workers_that_open_a_study_together_one_queues_its_defaults()
    {
        await CreateAsync();
        IStorage second = await OpenSecondAsync();

        Study[] studies = await TogetherAsync(6, i => Study.LoadAsync(new() { Name = "study", Storage = i % 2 == 0 ? Storage : second, SearchSpace = WithDefaults }, Token));

        try
        {
            await studies[0].EnqueueAsync([new("x", 1.0)], cancellationToken: Token);
            Trial[] asked = await TogetherAsync(studies.Length, i => studies[i].AskAsync(WithDefaults, Token));
            Trial first = Assert.Single(asked, trial => trial.Params["x"] is 0.1);
            Assert.Equal(0, first.Number);
            Assert.Null(first.Params["k"]);
            Assert.InRange((long)first.Params["n"]!, 1, 9);
            Assert.Equal(1, Assert.Single(asked, trial => trial.Params["x"] is 1.0).Number);
            Assert.Equal([0, 1, 2, 3, 4, 5], asked.Select(trial => trial.Number).Order());
        }
        finally
        {
            foreach (Study study in studies) await study.DisposeAsync();
        }
    }

    /// <summary>Stored defaults are claimed by whoever comes, and a study that has finished trials gets no others.</summary>
    [Fact]
    public async Task Defaults_outlive_the_process_that_queued_them()
    {
        StudyId id = await CreateAsync();
        await using (await Study.LoadAsync(new() { Name = "study", Storage = Storage, SearchSpace = WithDefaults }, Token))
        {
            Assert.Equal(TrialState.Waiting, (await ReadTrialAsync(id, 0)).State);
        }
        await using (Study later = await Study.LoadAsync(new() { Name = "study", Storage = await OpenSecondAsync(), SearchSpace = WithDefaults }, Token))
        {
            Trial trial = await later.AskAsync(WithDefaults, Token);
            Assert.Equal(0.1, trial.Params["x"]);
            await later.TellAsync(trial, 1, Token);
        }
        await using Study last = await Study.LoadAsync(new() { Name = "study", Storage = Storage, SearchSpace = WithDefaults.WithDefaults(("x", 0.9)) }, Token);

        Assert.Single(last.Trials);
    }
}
