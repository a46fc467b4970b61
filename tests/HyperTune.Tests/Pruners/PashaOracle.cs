using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pruners.Rungs;

namespace HyperTune.Tests.Pruners;

/// <summary>The rule of <see cref="PashaPruner"/> computed from all trials anew, for a minimized objective, as it is defined and not as it is fast.</summary>
internal static class PashaOracle
{
    private const int Window = 64;

    /// <summary>Whether a trial with these reports ends when it is asked about the last one, and how many rungs the cap lies above the second one.</summary>
    public static (bool Prune, int Raises) Judge(StudyHistory history, int number, IReadOnlyList<(long Step, double Value)> reports, RungLadder ladder, double? tolerance)
    {
        TrialRecord[] finished = [.. Enumerable.Range(0, history.Count).Select(row => history[row])];
        TrialRecord[] running = [.. history.Running.Select(trial => trial.Record).Where(trial => trial.Number != number)];
        int cap = 1;
        while (!IsStable(finished, cap, ladder.StepOf(cap), tolerance)) cap++;
        (long last, double own) = reports[^1];
        for (int rung = 0; rung < cap && last >= ladder.StepOf(rung); rung++)
        {
            double[] others = [.. finished.Concat(running).Select(trial => Noted(trial, rung)).OfType<double>()];
            if (others.Count(other => other < own) >= Math.Max(1, (others.Length + 1) / ladder.ReductionFactor)) return (true, cap - 1);
        }
        bool isLed = last >= ladder.StepOf(cap)
            && (finished.Any(trial => trial.State == TrialState.Complete && Noted(trial, cap) <= own)
                || running.Any(trial => Noted(trial, cap) is { } other && (other, trial.Number).CompareTo((own, number)) < 0));
        return (isLed, cap - 1);
    }

    private static bool IsStable(TrialRecord[] finished, int rung, long step, double? tolerance)
    {
        TrialRecord[] trials = [.. finished.Where(trial => Noted(trial, rung) is not null && Noted(trial, rung - 1) is not null).OrderByDescending(trial => trial.Number).Take(Window)];
        double[] before = [.. trials.Select(trial => Noted(trial, rung - 1)!.Value).Order()];
        double[] after = [.. trials.OrderBy(trial => Noted(trial, rung)).ThenBy(trial => Noted(trial, rung - 1)).Select(trial => Noted(trial, rung - 1)!.Value)];
        double epsilon = tolerance ?? Epsilon(trials, step);
        return Enumerable.Range(0, trials.Length).All(i => before[i] == after[i] || Math.Abs(before[i] - after[i]) <= epsilon);
    }

    private static double Epsilon(TrialRecord[] trials, long step)
    {
        var gaps = new List<double>();
        for (int i = 0; i < trials.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double[] differences = [.. UpTo(trials[i], step).Join(UpTo(trials[j], step), a => a.Key, b => b.Key, (a, b) => a.Value - b.Value)];
                int[] sides = [.. differences.Select(Math.Sign).Where(side => side != 0)];
                if (sides.Zip(sides.Skip(1), (a, b) => a != b).Count(changed => changed) >= 2) gaps.Add(Math.Abs(differences[^1]));
            }
        }
        return gaps.Count == 0 ? 0 : OrderedValues.Empty.With([.. gaps]).Percentile(90);
    }

    /// <summary>The reports up to the one that reached the step.</summary>
    private static IEnumerable<KeyValuePair<long, double>> UpTo(TrialRecord trial, long step) =>
        trial.IntermediateValues.Where(report => report.Key < step).Concat(trial.IntermediateValues.Where(report => report.Key >= step).Take(1));

    private static double? Noted(TrialRecord trial, int rung) => trial.SystemAttributes.TryGetValue($"completed_rung_{rung}", out AttributeValue? noted) ? noted.AsDouble() : null;
}
