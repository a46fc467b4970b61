namespace HyperTune.Quality.Results;

/// <summary>Median and quartiles of a sample; the quartiles are numeric ones, whatever the direction.</summary>
internal readonly record struct Spread(double Median, double Q25, double Q75)
{
    /// <summary>Median and quartiles of at least one number.</summary>
    public static Spread Of(IReadOnlyList<double> sample) =>
        new(Statistics.Median(sample), Statistics.Quantile(sample, 0.25), Statistics.Quantile(sample, 0.75));
}
