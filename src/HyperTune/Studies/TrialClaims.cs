namespace HyperTune;

/// <summary>Counts the trials that a loop may begin, so that its workers begin exactly as many. Safe for concurrent use.</summary>
/// <param name="trials">How many; null for no limit.</param>
internal sealed class TrialClaims(int? trials)
{
    private int _claimed;

    /// <summary>How many are left; null without a limit.</summary>
    public int? Left => trials is { } all ? all - Volatile.Read(ref _claimed) : null;

    /// <summary>Takes as many of the wanted as are left.</summary>
    public int Take(int wanted)
    {
        if (trials is not { } all) return wanted;
        while (true)
        {
            // No more than is left: what is returned after others found nothing has to be there for the next one.
            int claimed = Volatile.Read(ref _claimed), taken = Math.Min(wanted, all - claimed);
            if (taken <= 0 || Interlocked.CompareExchange(ref _claimed, claimed + taken, claimed) == claimed) return Math.Max(0, taken);
        }
    }

    /// <summary>Gives back claims of trials that do not begin.</summary>
    public void Return(int count)
    {
        if (trials is not null) Interlocked.Add(ref _claimed, -count);
    }
}
