using System.Globalization;

namespace HyperTune.Tests.Numerics;

internal static class Relative
{
    /// <summary>Asserts agreement to a relative tolerance, whatever the size of the number.</summary>
    public static void Close(double expected, double actual, double tolerance, string what = "value")
    {
        if (expected.Equals(actual) || expected == actual) return;
        if (Math.Abs(actual - expected) <= tolerance * Math.Abs(expected)) return;
        Assert.Fail(string.Create(CultureInfo.InvariantCulture,
            $"{what}: expected {expected:R}, got {actual:R}, relative error {(actual - expected) / expected:G3}."));
    }
}
