using HyperTune.Numerics;

namespace HyperTune.Samplers.Evolution.Breeding;

/// <summary>Binary tournament selection without replacement: of two members drawn at random the better one becomes a parent.</summary>
internal static class Tournament
{
    /// <summary>Chooses parents.</summary>
    /// <param name="standings">The standing of each member; the lower, the better, and equal ones tie.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="parents">Receives different members, as long as there are any left; then members appear again.</param>
    public static void Select(ReadOnlySpan<int> standings, RandomStream random, Span<int> parents)
    {
        int[] left = new int[standings.Length];
        int count = 0;
        for (int i = 0; i < parents.Length; i++)
        {
            if (count == 0)
            {
                for (int k = 0; k < left.Length; k++) left[k] = k;
                count = left.Length;
            }
            int first = random.NextInt(count), second = random.NextInt(count);
            // Of a tie the second one wins, which is as random as the first.
            int winner = standings[left[first]] < standings[left[second]] ? first : second;
            parents[i] = left[winner];
            left[winner] = left[--count];
        }
    }
}
