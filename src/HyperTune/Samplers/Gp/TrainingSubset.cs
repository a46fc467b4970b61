namespace HyperTune.Samplers.Gp;

/// <summary>Which trials a model is fitted to when there are more than it can bear: the best third, the third nearest to the best trial, and the newest.</summary>
internal static class TrainingSubset
{
    /// <summary>The trials, or of too many the chosen ones.</summary>
    public static GpTrials Of(GpTrials all, bool[] isCategorical, int most) =>
        all.Count <= most ? all : all.Only(Choose(all.Points, all.Losses, isCategorical, all.BestOf(all.Losses[0]), most));

    /// <summary>Chooses trials.</summary>
    /// <param name="points">A point for each trial, in order of number.</param>
    /// <param name="losses">By objective, a scaled loss for each.</param>
    /// <param name="isCategorical">Which dimensions are choices.</param>
    /// <param name="best">The trial around which to know most.</param>
    /// <param name="most">How many to choose.</param>
    /// <returns>Their places, ascending.</returns>
    public static int[] Choose(double[][] points, double[][] losses, ReadOnlySpan<bool> isCategorical, int best, int most)
    {
        int n = points.Length, third = most / 3;
        if (n <= most) return [.. Enumerable.Range(0, n)];
        var isChosen = new bool[n];
        // With several objectives each has its share of the best.
        foreach (double[] objective in losses) Take(objective, third / losses.Length, isChosen);
        var distances = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < isCategorical.Length; j++)
            {
                double difference = points[i][j] - points[best][j];
                distances[i] += isCategorical[j] ? (difference == 0 ? 0 : 1) : difference * difference;
            }
        }
        Take(distances, third, isChosen);
        int chosen = isChosen.Count(flag => flag);
        for (int i = n - 1; i >= 0 && chosen < most; i--)
        {
            if (isChosen[i]) continue;
            isChosen[i] = true;
            chosen++;
        }
        return [.. Enumerable.Range(0, n).Where(i => isChosen[i])];
    }

    /// <summary>Chooses those with the smallest keys that are not chosen yet; the earlier among equals.</summary>
    private static void Take(double[] keys, int count, bool[] isChosen)
    {
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        foreach (int index in order)
        {
            if (count == 0) return;
            if (isChosen[index]) continue;
            isChosen[index] = true;
            count--;
        }
    }
}
