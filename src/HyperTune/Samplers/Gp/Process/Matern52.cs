using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>The Matérn kernel with ν = 5/2 as a function of the squared distance r²: (1 + q + q²/3) e⁻ᵠ with q = √(5r²).</summary>
/// <remarks>C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006, equation 4.17.</remarks>
internal static class Matern52
{
    /// <summary>The kernel at one squared distance.</summary>
    public static double Value(double squaredDistance)
    {
        double q = Math.Sqrt(5 * squaredDistance);
        return (1 + q + (q * q / 3)) * Math.Exp(-q);
    }

    /// <summary>Turns squared distances into kernel values times a scale.</summary>
    /// <param name="values">Squared distances; receives the values. A whole number of vectors of eight.</param>
    /// <param name="scale">The variance.</param>
    public static void Values(Span<double> values, double scale) => Values(values, scale, []);

    /// <summary>Turns squared distances into kernel values and derivatives by the squared distance, each times a scale.</summary>
    /// <param name="values">Squared distances; receives the values. A whole number of vectors of eight.</param>
    /// <param name="scale">The variance.</param>
    /// <param name="slopes">Receives -5/6 (1 + q) e⁻ᵠ, finite at distance 0; empty if not wanted.</param>
    public static void Values(Span<double> values, double scale, Span<double> slopes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % Vector512<double>.Count, 0, nameof(values));
        ref double value = ref MemoryMarshal.GetReference(values);
        ref double slope = ref MemoryMarshal.GetReference(slopes);
        bool wantsSlopes = slopes.Length >= values.Length && slopes.Length > 0;
        Vector512<double> third = Vector512.Create(1.0 / 3);
        for (int k = 0; k < values.Length; k += Vector512<double>.Count)
        {
            Vector512<double> q = Vector512.Sqrt(Vector512.LoadUnsafe(ref value, (nuint)k) * 5);
            Vector512<double> decay = Vector512.Exp(-q) * scale, linear = Vector512<double>.One + q;
            (Vector512.MultiplyAddEstimate(q * third, q, linear) * decay).StoreUnsafe(ref value, (nuint)k);
            if (wantsSlopes) (linear * decay * (-5.0 / 6)).StoreUnsafe(ref slope, (nuint)k);
        }
    }
}
