using HyperTune.Numerics;

namespace HyperTune.Samplers.CmaEs;

/// <summary>A distribution over categorical variables that follows the natural gradient. Immutable.</summary>
/// <remarks>
/// One probability for each choice of each variable. Every generation moves them toward the better points by a step whose length adapts to how
/// steadily the steps agree; a margin keeps each choice possible. Source: R. Hamano, S. Saito, M. Nomura, K. Uchida, S. Shirakawa, "CatCMA:
/// Stochastic Optimization for Mixed-Category Problems", 2024, sections 3.3 and 4.2, after Y. Akimoto et al., "Adaptive Stochastic Natural
/// Gradient Method for One-Shot Neural Architecture Search", 2019.
/// </remarks>
internal sealed class CategoricalModel
{
    private const double SignalTarget = 1.5;
    private const double MarginBase = 0.73;

    // By variable, its choices one after the other.
    private readonly int[] _first;
    private readonly double[] _q;

    private CategoricalModel(int[] first, double[] q, double step, double trust, double gamma, double[] signal)
    {
        _first = first;
        _q = q;
        Step = step;
        Trust = trust;
        Gamma = gamma;
        Signal = signal;
    }

    public int Count => _first.Length - 1;

    /// <summary>δ, the length of the next step in the Fisher metric.</summary>
    public double Step { get; }

    /// <summary>Δ, whose inverse the step length follows: it grows while steps agree.</summary>
    public double Trust { get; }

    /// <summary>γ, the squared length that <see cref="Signal"/> would have were all steps random.</summary>
    public double Gamma { get; }

    /// <summary>s, the running sum of normalized steps.</summary>
    public double[] Signal { get; }

    /// <summary>All choices equally likely.</summary>
    /// <param name="choices">For each variable, how many it has: 2 or more.</param>
    public static CategoricalModel Start(ReadOnlySpan<int> choices)
    {
        var first = new int[choices.Length + 1];
        for (int i = 0; i < choices.Length; i++) first[i + 1] = first[i] + choices[i];
        var q = new double[first[^1]];
        for (int i = 0; i < choices.Length; i++) q.AsSpan(first[i], choices[i]).Fill(1.0 / choices[i]);
        return new(first, q, 1, 1, 0, new double[q.Length - choices.Length]);
    }

    /// <summary>The probabilities of a variable's choices.</summary>
    public ReadOnlySpan<double> Probabilities(int variable) => _q.AsSpan(_first[variable].._first[variable + 1]);

    /// <summary>The least probability that each choice of a variable keeps.</summary>
    public double Margin(int variable) => (1 - Math.Pow(MarginBase, 1.0 / Count)) / (Probabilities(variable).Length - 1);

    public void Draw(RandomStream random, Span<int> choices)
    {
        for (int variable = 0; variable < Count; variable++)
        {
            ReadOnlySpan<double> q = Probabilities(variable);
            double uniform = random.NextDouble(), sum = 0;
            int choice = 0;
            while (choice < q.Length - 1 && uniform >= (sum += q[choice])) choice++;
            choices[variable] = choice;
        }
    }

    /// <summary>The model after a generation.</summary>
    /// <param name="choices">Row-major [points, variables].</param>
    /// <param name="ranking">Rows of the points, best first.</param>
    /// <param name="weights">By rank; only those above 0 count.</param>
    public CategoricalModel Told(ReadOnlySpan<int> choices, ReadOnlySpan<int> ranking, ReadOnlySpan<double> weights)
    {
        double[] gradient = Gradient(choices, ranking, weights), step = FisherStep(gradient);
        double length = Math.Sqrt(step.Sum(element => element * element));
        double delta = 1 / Trust, beta = Math.Min(1, delta / Math.Sqrt(Signal.Length)), squared = 0;
        double keep = 1 - beta, added = Math.Sqrt(beta * (2 - beta));
        double[] q = [.. _q], signal = [.. Signal];
        for (int i = 0; i < signal.Length; i++)
        {
            signal[i] = keep * signal[i] + (length > 0 ? added * step[i] / length : 0);
            squared += signal[i] * signal[i];
        }
        double gamma = keep * keep * Gamma + beta * (2 - beta);
        double trust = Trust * Math.Exp(beta * (gamma - squared / SignalTarget));
        if (length > 0)
        {
            for (int i = 0; i < q.Length; i++) q[i] += Step / length * gradient[i];
        }
        for (int variable = 0; variable < Count; variable++) KeepMargin(q.AsSpan(_first[variable].._first[variable + 1]), Margin(variable));
        return new(_first, q, delta, trust, gamma, signal);
    }

    private double[] Gradient(ReadOnlySpan<int> choices, ReadOnlySpan<int> ranking, ReadOnlySpan<double> weights)
    {
        var gradient = new double[_q.Length];
        for (int rank = 0; rank < ranking.Length; rank++)
        {
            if (!(weights[rank] > 0)) continue;
            for (int i = 0; i < gradient.Length; i++) gradient[i] -= weights[rank] * _q[i];
            for (int variable = 0; variable < Count; variable++) gradient[_first[variable] + choices[ranking[rank] * Count + variable]] += weights[rank];
        }
        return gradient;
    }

    /// <summary>The gradient in coordinates in which the Fisher metric is the Euclidean one; of each variable all but the last choice.</summary>
    private double[] FisherStep(double[] gradient)
    {
        var step = new double[Signal.Length];
        int place = 0;
        for (int variable = 0; variable < Count; variable++)
        {
            ReadOnlySpan<double> q = Probabilities(variable);
            ReadOnlySpan<double> g = gradient.AsSpan(_first[variable], q.Length);
            double sum = 0, last = q[^1] + Math.Sqrt(q[^1]);
            for (int j = 0; j < q.Length - 1; j++) sum += g[j];
            for (int j = 0; j < q.Length - 1; j++) step[place++] = g[j] / Math.Sqrt(q[j]) + Math.Sqrt(q[j]) * sum / last;
        }
        return step;
    }

    private static void KeepMargin(Span<double> q, double least)
    {
        double sum = 0;
        for (int i = 0; i < q.Length; i++) sum += q[i] = Math.Max(q[i], least);
        double excess = (sum - 1) / (sum - q.Length * least);
        // With two choices at the margin there is nothing to take from.
        if (!double.IsFinite(excess)) return;
        for (int i = 0; i < q.Length; i++) q[i] -= excess * (q[i] - least);
    }
}
