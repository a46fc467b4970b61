namespace HyperTune.Testing;

/// <content>Standard errors and repetitions.</content>
public abstract partial class StorageContract
{
    /// <summary>Reported standard errors come back as they were, and repetitions are claimed by any worker.</summary>
    [Fact]
    public async Task Standard_errors_and_repetitions_reach_other_workers()
    {
        await CreateAsync();
        await using Study study = await Study.LoadAsync(new() { Name = "study", Storage = Storage }, Token);
        double[] errors = [0.1, 1e-300, 0, 12345.678901234567];
        await study.OptimizeAsync(
            trial =>
            {
                trial.SuggestDouble("x", 1e-5, 1, log: true);
                trial.SetStandardError(errors[trial.Number]);
                return trial.Number;
            },
            new() { Trials = errors.Length }, Token);
        await study.RepeatAsync(study.Trials[1], 2, Token);

        await using Study other = await Study.LoadAsync(new() { Name = "study", Storage = await OpenSecondAsync() }, Token);
        await other.OptimizeAsync(trial => trial.SuggestDouble("x", 1e-5, 1, log: true), new() { Trials = 2 }, Token);

        Assert.Equal(errors, other.Trials.Take(errors.Length).Select(trial => Assert.Single(trial.StandardErrors)));
        Assert.Equal([1, 3, 1, 1], other.Configurations.Select(configuration => configuration.Count));
    }
}
