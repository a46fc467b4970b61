namespace HyperTune.Quality;

/// <summary>Runs trials as a number of workers would, by a clock of its own: a trial lasts 0.5 to 1.5, drawn from seed and number.</summary>
/// <remarks>
/// As long as trials are left, exactly that many run at any time, and they end in an order of their own; a study is the same each time. An
/// objective that is done at once would have hardly any two running on real threads.
/// </remarks>
internal sealed class SimulatedWorkers(StudyPlan plan)
{
    /// <summary>Runs every trial of the plan.</summary>
    /// <param name="study">The study.</param>
    /// <param name="evaluate">Asks for a trial's parameters, when it starts, and says how it will end.</param>
    /// <param name="cancellationToken">Stops between two trials.</param>
    public void Run(Study study, Func<Trial, SimulatedEnd> evaluate, CancellationToken cancellationToken)
    {
        var running = new PriorityQueue<(Trial Trial, SimulatedEnd End), (double Time, int Number)>(plan.Workers);
        var one = new AskOptions { TotalTrials = plan.Trials };
        double now = 0;
        int started = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (; started < plan.Trials && running.Count < plan.Workers; started++)
            {
                if (study.AskMany(one) is not [Trial trial]) throw new InvalidOperationException($"The study ended after {started} of {plan.Trials} trials.");
                running.Enqueue((trial, evaluate(trial)), (now + 0.5 + new SplitMix(plan.Seed, trial.Number).NextDouble(), trial.Number));
            }
            if (!running.TryDequeue(out (Trial Trial, SimulatedEnd End) next, out (double Time, int Number) at)) return;
            now = at.Time;
            if (next.End.Values is { } values) study.Tell(next.Trial, values);
            else study.Tell(next.Trial, TrialState.Failed, next.End.Reason);
            next.End.Ended();
        }
    }
}
