namespace HyperTune.Quality;

/// <summary>Runs one study and returns what it is judged by after each trial: best values in the order in which trials ended, hypervolumes in that of their numbers.</summary>
/// <param name="plan">The study.</param>
/// <param name="cancellationToken">Stops the study with an <see cref="OperationCanceledException"/>.</param>
internal delegate double[] RunStudy(StudyPlan plan, CancellationToken cancellationToken);
