using System.Globalization;

namespace HyperTune.Quality.Results;

/// <summary>How a sampler's best values compare with the reference's on one problem after some number of trials.</summary>
/// <param name="Ours">Median and quartiles of the tested sampler.</param>
/// <param name="Reference">Median and quartiles of the reference.</param>
/// <param name="Verdict">Who is ahead by median.</param>
/// <param name="PBetter">One-sided Mann-Whitney p-value of "the tested sampler is better": small when it is.</param>
/// <param name="PWorse">One-sided Mann-Whitney p-value of "the tested sampler is worse": small when it is.</param>
/// <param name="IsOnPar">The median is not beyond the reference's worse quartile, and p for "worse" is not below 0.01.</param>
/// <param name="LogDifference">Mean of log10(distance to the optimum), the tested sampler's less the reference's: below 0 when it is nearer.</param>
internal sealed record Comparison(Spread Ours, Spread Reference, Verdict Verdict, double PBetter, double PWorse, bool IsOnPar, double LogDifference)
{
    /// <summary>The name of the reference's sampler.</summary>
    public string ReferenceSampler { get; init; } = "";

    /// <summary>p for "worse", adjusted for all the comparisons of the run that count; null for one that does not.</summary>
    public double? AdjustedPWorse { get; init; }

    /// <summary>Whether the comparison is lost by median, and significantly so among all of the run.</summary>
    public bool IsSignificantLoss => Verdict == Verdict.Lost && AdjustedPWorse < ParLevel;

    /// <summary>Medians on problems that are tables tie within this share of random search's distance to the optimum after 25 trials.</summary>
    public const double TableTie = 0.01;

    /// <summary>The same share on all other problems.</summary>
    public const double FormulaTie = 1e-3;

    /// <summary>The p-value for "worse" below which results are no longer on a par.</summary>
    public const double ParLevel = 0.01;

    /// <summary>Distances to the optimum are taken to be at least this, so that their logarithm exists.</summary>
    private const double SmallestDistance = 1e-12;

    /// <summary>Compares two samples of best values.</summary>
    /// <param name="scale">What the problem says of its values.</param>
    /// <param name="ours">The tested sampler's best values, one per seed.</param>
    /// <param name="reference">The reference's, one per seed.</param>
    /// <param name="rule">When medians tie.</param>
    public static Comparison Of(ProblemScale scale, IReadOnlyList<double> ours, IReadOnlyList<double> reference, TieRule rule)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(reference);
        double[] rounded = [.. ours.Select(Round)];
        double[] ourDistances = [.. rounded.Select(scale.Distance)], referenceDistances = [.. reference.Select(scale.Distance)];
        Spread our = Spread.Of(ourDistances), other = Spread.Of(referenceDistances);
        double pBetter = Statistics.MannWhitneyLess(ourDistances, referenceDistances);
        double pWorse = Statistics.MannWhitneyLess(referenceDistances, ourDistances);
        return new(
            Spread.Of(rounded), Spread.Of(reference), Judge(our.Median, other.Median, scale, rule), pBetter, pWorse,
            our.Median <= other.Q75 && pWorse >= ParLevel, MeanLog(ourDistances) - MeanLog(referenceDistances));
    }

    /// <summary>A value with the 9 significant digits of the reference's, so that rounding alone breaks no tie.</summary>
    internal static double Round(double value) => double.Parse(value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Who is ahead, given both medians of the distance to the optimum.</summary>
    private static Verdict Judge(double ours, double reference, ProblemScale scale, TieRule rule)
    {
        double tolerance = (scale.IsTable ? TableTie : FormulaTie) * scale.RandomDistance;
        double apart = rule == TieRule.Solved ? Math.Max(ours, reference) : Math.Abs(ours - reference);
        if (ours == reference || apart <= tolerance) return Verdict.Tied;
        return ours < reference ? Verdict.Won : Verdict.Lost;
    }

    private static double MeanLog(double[] distances) => distances.Average(d => Math.Log10(Math.Max(d, SmallestDistance)));
}
