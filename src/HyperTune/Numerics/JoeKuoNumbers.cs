using System.Globalization;

namespace HyperTune.Numerics;

/// <summary>The primitive polynomials and initial direction numbers of Joe and Kuo for dimensions of Sobol sequences.</summary>
/// <remarks>Source: S. Joe and F. Y. Kuo, "Constructing Sobol Sequences with Better Two-Dimensional Projections", 2008. The resource holds their licence.</remarks>
internal static class JoeKuoNumbers
{
    /// <summary>How many dimensions there are: one for each primitive polynomial up to degree 13, after the first one, which needs none.</summary>
    public const int Dimensions = 1111;

    private const string Resource = "HyperTune.JoeKuo.txt";

    private static readonly uint[][] Lines = Read();

    /// <summary>The bits of a dimension's polynomial, the leading and the trailing one included.</summary>
    /// <param name="dimension">From 1: dimension 0 has no polynomial.</param>
    public static uint Polynomial(int dimension) => Lines[dimension - 1][0];

    /// <summary>The initial direction numbers m₁, m₂, …, as many as the polynomial's degree.</summary>
    /// <param name="dimension">From 1: in dimension 0 all of them are 1.</param>
    public static ReadOnlySpan<uint> InitialNumbers(int dimension) => Lines[dimension - 1].AsSpan(1);

    private static uint[][] Read()
    {
        using var reader = new StreamReader(typeof(JoeKuoNumbers).Assembly.GetManifestResourceStream(Resource)!);
        var lines = new List<uint[]>(Dimensions - 1);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) lines.Add(Array.ConvertAll(line.Split(' '), static number => uint.Parse(number, CultureInfo.InvariantCulture)));
        }
        return [.. lines];
    }
}
