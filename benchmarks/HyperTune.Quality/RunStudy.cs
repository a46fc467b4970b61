namespace HyperTune.Quality;

/// <summary>Runs one study and returns, after each trial that ended, what the study is judged by: a best value or a hypervolume.</summary>
/// <param name="plan">The study.</param>
/// <param name="cancellationToken">Stops the study with an <see cref="OperationCanceledException"/>.</param>
internal delegate double[] RunStudy(StudyPlan plan, CancellationToken cancellationToken);
