namespace HyperTune.Quality.Results;

/// <summary>Every comparison of a run, by problem and mark.</summary>
internal sealed class Comparisons
{
    /// <summary>Verdicts are given from this number of trials on.</summary>
    public const int FirstVerdict = 100;

    /// <summary>Its table's plateau does not separate samplers, so it is shown but not counted.</summary>
    public const string Uncounted = "svm_digits";

    private readonly Dictionary<(string Problem, int Mark), Comparison> _comparisons = [];

    /// <summary>Compares the results with the baseline's wherever it has some.</summary>
    public Comparisons(IReadOnlyList<SamplerResults> results, RunOptions options, Baseline? baseline, ReferenceResults reference)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(reference);
        if (baseline is null) return;
        foreach (SamplerResults result in results)
        {
            foreach (int mark in options.Marks)
            {
                if (baseline.At(result.Problem, mark) is not { } other) continue;
                _comparisons[(result.Problem.Name, mark)] =
                    Comparison.Of(reference.Scale(result.Problem), result.Best[mark], other.Values, options.Ties) with { ReferenceSampler = other.Sampler };
            }
        }
        (string Problem, int Mark)[] judged = [.. _comparisons.Keys.Where(key => key.Mark >= FirstVerdict && key.Problem != Uncounted)];
        double[] adjusted = Statistics.Holm([.. judged.Select(key => _comparisons[key].PWorse)]);
        for (int i = 0; i < judged.Length; i++) _comparisons[judged[i]] = _comparisons[judged[i]] with { AdjustedPWorse = adjusted[i] };
    }

    /// <summary>The comparison on a problem after some number of trials; null when the baseline has no results there.</summary>
    public Comparison? Of(string problem, int mark) => _comparisons.GetValueOrDefault((problem, mark));

    /// <summary>Those with a verdict that counts, after a number of trials or, for null, after every one.</summary>
    public IEnumerable<(string Problem, int Mark, Comparison Comparison)> Counted(int? mark = null) =>
        _comparisons.Where(c => c.Key.Mark >= FirstVerdict && c.Key.Problem != Uncounted && (mark is null || c.Key.Mark == mark))
            .Select(c => (c.Key.Problem, c.Key.Mark, c.Value));
}
