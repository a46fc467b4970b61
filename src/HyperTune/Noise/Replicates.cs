using HyperTune.Trials;

namespace HyperTune.Noise;

/// <summary>The evaluations of one configuration: complete trials with the same parameters, in ascending order of number. Immutable.</summary>
internal sealed class Replicates
{
    private readonly EvaluationStatistics[] _objectives;

    private Replicates(TrialRecord[] trials, int objectives)
    {
        Trials = trials;
        IsFeasible = Array.TrueForAll(trials, static trial => trial.IsFeasible);
        _objectives = new EvaluationStatistics[objectives];
        double[] values = new double[trials.Length], errors = new double[trials.Length];
        for (int k = 0; k < objectives; k++)
        {
            for (int i = 0; i < trials.Length; i++) (values[i], errors[i]) = (trials[i].Values[k], ReportedErrors.Of(trials[i], k));
            _objectives[k] = EvaluationStatistics.Of(values, errors);
        }
    }

    public TrialRecord[] Trials { get; }

    public int Count => Trials.Length;

    /// <summary>The lowest number, by which the configuration is known.</summary>
    public int First => Trials[0].Number;

    /// <summary>Whether no evaluation violates a constraint.</summary>
    public bool IsFeasible { get; }

    public ReadOnlySpan<EvaluationStatistics> Objectives => _objectives;

    /// <summary>These evaluations and one more.</summary>
    public static Replicates Of(Replicates? former, TrialRecord trial, int objectives)
    {
        if (former is null) return new([trial], objectives);
        // In order of number, so that sums do not depend on the order of arrival.
        int place = former.Count;
        while (place > 0 && former.Trials[place - 1].Number > trial.Number) place--;
        return new([.. former.Trials.AsSpan(0, place), trial, .. former.Trials.AsSpan(place)], objectives);
    }

    /// <summary>Whether the trial of this number is one of the evaluations.</summary>
    public bool HasNumber(int number) => Array.Exists(Trials, trial => trial.Number == number);
}
