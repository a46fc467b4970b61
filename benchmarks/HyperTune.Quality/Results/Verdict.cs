namespace HyperTune.Quality.Results;

/// <summary>Who is ahead on a problem, by median.</summary>
internal enum Verdict
{
    /// <summary>The tested sampler's median is better.</summary>
    Won,

    /// <summary>The medians do not differ in a way that counts.</summary>
    Tied,

    /// <summary>The reference's median is better.</summary>
    Lost,
}
