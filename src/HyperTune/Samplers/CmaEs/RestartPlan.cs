namespace HyperTune.Samplers.CmaEs;

/// <summary>Which population a run of CMA-ES has after others have ended. Immutable.</summary>
/// <remarks>
/// Sources: A. Auger, N. Hansen, "A Restart CMA Evolution Strategy With Increasing Population Size", 2005 (IPOP); N. Hansen, "Benchmarking a
/// BI-Population CMA-ES on the BBOB-2009 Function Testbed", 2009 (BIPOP).
/// </remarks>
internal sealed record RestartPlan(CmaEsRestarts Kind, int FirstSize)
{
    // Population sizes double; beyond this no study is long enough.
    private const int MostDoublings = 16;

    /// <summary>The population size of the present run.</summary>
    public int Size { get; private init; } = FirstSize;

    private int Doublings { get; init; }

    private bool IsSmall { get; init; }

    // Trials spent on runs of either kind.
    private long SmallBudget { get; init; }

    private long LargeBudget { get; init; }

    /// <summary>The plan of the next run.</summary>
    /// <param name="evaluations">The trials that the present run took.</param>
    /// <param name="uniform">A number from 0 to 1 that decides on the size of a small population.</param>
    public RestartPlan Next(long evaluations, double uniform)
    {
        if (Kind == CmaEsRestarts.None) return this;
        int doublings = Math.Min(Doublings + 1, MostDoublings);
        if (Kind == CmaEsRestarts.Ipop) return this with { Size = FirstSize << doublings, Doublings = doublings };
        RestartPlan booked = IsSmall ? this with { SmallBudget = SmallBudget + evaluations } : this with { LargeBudget = LargeBudget + evaluations };
        if (booked.SmallBudget < booked.LargeBudget && Doublings > 0)
            return booked with { IsSmall = true, Size = (int)(FirstSize * Math.Pow(Math.Pow(2, Doublings), uniform * uniform)) };
        return booked with { IsSmall = false, Size = FirstSize << doublings, Doublings = doublings };
    }
}
