using HyperTune.Numerics;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>Looks for the point of the largest utility.</summary>
/// <remarks>
/// <para>Candidates spread over the whole region and around the best known point, at scales from a fifth of the range to a five-hundredth; the best of
/// them, and some further ones by chance, climb: along the gradient in numbers that move freely, by trying values in the others, until neither moves.</para>
/// <para>Where the space is finite, points that were tried are left out as long as there are others.</para>
/// </remarks>
internal sealed class AcquisitionSearch
{
    private const int Spread = 512;
    private const int Near = 256;
    private const int Climbs = 4;
    private const int Sweeps = 8;

    // Up to so many values are all tried; of more, those at distances of powers of two.
    private const int FewLevels = 16;
    private const int Evaluations = 60;
    private const double Tolerance = 1e-4;
    private const double LeastGain = 1e-9;

    // An acquisition need not be resolved along dimensions that hardly count.
    private const double LeastWeight = 1e-2;

    // Utilities that differ by two hundredths are as good.
    private const double NoMatter = 0.02;

    // How far a value may be drawn from where it was: anywhere first, then ever nearer.
    private static readonly double[] Looser = [1, 0.01, 0.001, 0.0001];

    private static readonly double[] Scales = [0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];

    private readonly GpDimension[] _dimensions;
    private readonly Acquisition _acquisition;
    private readonly SearchRegion _region;
    private readonly HashSet<SpacePoint>? _tried;
    private readonly RandomStream _random;
    private readonly ScaledFunction _scaled;
    private readonly ProjectedLbfgs _ascent;
    private readonly double[] _lower;
    private readonly double[] _upper;

    /// <param name="dimensions">The dimensions.</param>
    /// <param name="acquisition">What is to be large.</param>
    /// <param name="weights">The inverse squared length scales, by which the dimensions are scaled.</param>
    /// <param name="region">Where to look.</param>
    /// <param name="tried">The tried points of a finite space; else null.</param>
    /// <param name="random">The draws.</param>
    public AcquisitionSearch(GpDimension[] dimensions, Acquisition acquisition, ReadOnlySpan<double> weights, SearchRegion region, HashSet<SpacePoint>? tried, RandomStream random)
    {
        _dimensions = dimensions;
        _acquisition = acquisition;
        _region = region;
        _tried = tried;
        _random = random;
        int d = dimensions.Length;
        var scales = new double[d];
        for (int j = 0; j < d; j++) scales[j] = Math.Sqrt(Math.Max(weights[j], LeastWeight));
        _scaled = new ScaledFunction(acquisition, scales);
        _ascent = new ProjectedLbfgs(d);
        _lower = new double[d];
        _upper = new double[d];
    }

    /// <summary>Looks for the best point.</summary>
    /// <param name="value">Its utility.</param>
    public double[] Run(out double value)
    {
        int d = _dimensions.Length;
        double[] points = Candidates();
        int count = points.Length / d;
        var values = new double[count];
        Evaluate(points, values, count);
        var keys = new double[count];
        var order = new int[count];
        int best = 0;
        for (int i = 0; i < count; i++)
        {
            if (values[i] > values[best]) best = i;
            // The largest of values plus Gumbel numbers are draws in proportion to their exponentials.
            keys[i] = -(values[i] - Math.Log(-Math.Log(_random.NextDouble() + double.Epsilon)));
            order[i] = i;
        }
        Array.Sort(keys, order);
        double[] found = points.AsSpan(best * d, d).ToArray();
        value = values[best];
        Climb(found, ref value);
        for (int i = 0, climbs = 0; i < count && climbs < Climbs; i++)
        {
            if (order[i] == best || !double.IsFinite(values[order[i]])) continue;
            climbs++;
            double[] other = points.AsSpan(order[i] * d, d).ToArray();
            double reached = values[order[i]];
            Climb(other, ref reached);
            if (reached > value) (found, value) = (other, reached);
        }
        Loosen(found, value);
        return found;
    }

    private double[] Candidates()
    {
        int d = _dimensions.Length;
        var points = new double[(Spread + Near) * d];
        var sobol = new SobolSequence(_random.NextUInt64());
        // As in TuRBO, candidates of a local region move along some of many dimensions only.
        double share = _region.IsLocal ? Math.Min(1, 20.0 / d) : 1;
        for (int i = 0; i < Spread; i++)
        {
            Span<double> point = points.AsSpan(i * d, d);
            int kept = share < 1 ? _random.NextInt(d) : 0;
            for (int j = 0; j < d; j++)
            {
                bool moves = share >= 1 || j == kept || _random.NextDouble() < share;
                double uniform = j < sobol.Dimensions ? sobol.At(j, i) : _random.NextDouble();
                point[j] = _region.IsPinned[j] || !moves ? _region.Centers[0][j] : _dimensions[j].FromUniform(uniform, _region.Lower[j], _region.Upper[j]);
            }
        }
        for (int i = 0; i < Near; i++) Perturb(points.AsSpan((Spread + i) * d, d), _region.Centers[i % _region.Centers.Length], Scales[i % Scales.Length]);
        return points;
    }

    /// <summary>A point near a center: about half of the dimensions move, at least one.</summary>
    private void Perturb(Span<double> point, double[] center, double scale)
    {
        int d = point.Length, always = _random.NextInt(d);
        for (int j = 0; j < d; j++)
        {
            point[j] = center[j];
            if (_region.IsPinned[j] || (j != always && _random.NextDouble() < 0.5)) continue;
            GpDimension dimension = _dimensions[j];
            if (dimension.IsCategorical)
            {
                // Choices have no distance: one of them moves as seldom as a number moves far.
                if (j == always || _random.NextDouble() < scale) point[j] = dimension.FromUniform(_random.NextDouble(), 0, 1);
                continue;
            }
            double moved = point[j] + (scale * _random.NextNormal());
            if (dimension.Levels is { } levels)
            {
                int index = dimension.IndexOf(moved), former = dimension.IndexOf(point[j]);
                if (index == former) index = Math.Clamp(former + Math.Sign(moved - point[j]), 0, levels.Length - 1);
                moved = levels[index];
            }
            point[j] = Math.Clamp(moved, _region.Lower[j], _region.Upper[j]);
            if (dimension.Levels is not null) point[j] = dimension.Snap(point[j]);
        }
    }

    private void Climb(double[] point, ref double value)
    {
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            double before = value;
            ClimbContinuous(point, ref value);
            ClimbLevels(point, ref value);
            if (!(value > before + LeastGain)) return;
        }
    }

    private void ClimbContinuous(double[] point, ref double value)
    {
        bool hasAny = false;
        double[] moved = new double[point.Length];
        for (int j = 0; j < point.Length; j++)
        {
            bool isFree = _dimensions[j].Levels is null && !_region.IsPinned[j];
            hasAny |= isFree;
            double scale = _scaled.Scales[j];
            moved[j] = point[j] * scale;
            _lower[j] = (isFree ? _region.Lower[j] : point[j]) * scale;
            _upper[j] = (isFree ? _region.Upper[j] : point[j]) * scale;
        }
        if (!hasAny) return;
        double reached = -_ascent.Minimize(_scaled, moved, _lower, _upper, Tolerance, Evaluations);
        if (!(reached > value)) return;
        value = reached;
        for (int j = 0; j < point.Length; j++)
        {
            if (_dimensions[j].Levels is null && !_region.IsPinned[j]) point[j] = Math.Clamp(moved[j] / _scaled.Scales[j], _region.Lower[j], _region.Upper[j]);
        }
    }

    private void ClimbLevels(double[] point, ref double value)
    {
        int d = point.Length;
        for (int j = 0; j < d; j++)
        {
            if (_dimensions[j].Levels is not { } levels || _region.IsPinned[j]) continue;
            bool movesOn = true;
            while (movesOn)
            {
                int[] indices = Alternatives(_dimensions[j], levels, point[j], _region.Lower[j], _region.Upper[j]);
                if (indices.Length == 0) break;
                var points = new double[indices.Length * d];
                for (int i = 0; i < indices.Length; i++)
                {
                    point.CopyTo(points, i * d);
                    points[(i * d) + j] = levels[indices[i]];
                }
                var values = new double[indices.Length];
                Evaluate(points, values, indices.Length);
                int best = 0;
                for (int i = 1; i < values.Length; i++)
                {
                    if (values[i] > values[best]) best = i;
                }
                movesOn = values[best] > value + LeastGain && levels.Length > FewLevels;
                if (!(values[best] > value + LeastGain)) continue;
                value = values[best];
                point[j] = levels[indices[best]];
            }
        }
    }

    /// <summary>The places of the values to try instead of one.</summary>
    private static int[] Alternatives(GpDimension dimension, double[] levels, double value, double lower, double upper)
    {
        int at = dimension.IndexOf(value);
        bool isInside(int index) => index != at && index >= 0 && index < levels.Length && (dimension.IsCategorical || (levels[index] >= lower && levels[index] <= upper));
        if (levels.Length <= FewLevels) return [.. Enumerable.Range(0, levels.Length).Where(isInside)];
        List<int> indices = [];
        for (int distance = 1; distance < levels.Length; distance *= 2)
        {
            if (isInside(at - distance)) indices.Add(at - distance);
            if (isInside(at + distance)) indices.Add(at + distance);
        }
        return [.. indices];
    }

    /// <summary>Draws values anew where the utility hardly tells them apart, so that a dimension that plays no part is filled evenly and bounds are not met again and again.</summary>
    private void Loosen(double[] point, double value)
    {
        int d = point.Length;
        var points = new double[Looser.Length * d];
        var values = new double[Looser.Length];
        for (int j = 0; j < d; j++)
        {
            if (_region.IsPinned[j]) continue;
            GpDimension dimension = _dimensions[j];
            int count = dimension.Levels is null ? Looser.Length : 1;
            for (int i = 0; i < count; i++)
            {
                point.CopyTo(points, i * d);
                double uniform = _random.NextDouble();
                points[(i * d) + j] = i == 0
                    ? dimension.FromUniform(uniform, _region.Lower[j], _region.Upper[j])
                    : Reflected(point[j] + (Looser[i] * ((2 * uniform) - 1)), _region.Lower[j], _region.Upper[j]);
            }
            Evaluate(points[..(count * d)], values, count);
            for (int i = 0; i < count; i++)
            {
                if (!(values[i] >= value - NoMatter)) continue;
                point[j] = points[(i * d) + j];
                break;
            }
        }

        static double Reflected(double x, double lower, double upper) => Math.Clamp(x < lower ? (2 * lower) - x : x > upper ? (2 * upper) - x : x, lower, upper);
    }

    private void Evaluate(double[] points, double[] values, int count)
    {
        _acquisition.Evaluate(points, values, count);
        if (_tried is null) return;
        int d = _dimensions.Length;
        for (int i = 0; i < count; i++)
        {
            if (_tried.Contains(new SpacePoint(points.AsSpan(i * d, d).ToArray()))) values[i] = double.NegativeInfinity;
        }
    }

    /// <summary>Minus the utility over dimensions in units of their length scales.</summary>
    private sealed class ScaledFunction(Acquisition acquisition, double[] scales) : IGradientFunction
    {
        private readonly double[] _point = new double[scales.Length];

        public double[] Scales => scales;

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            for (int j = 0; j < scales.Length; j++) _point[j] = x[j] / scales[j];
            double value = acquisition.Evaluate(_point, gradient);
            for (int j = 0; j < scales.Length; j++) gradient[j] /= scales[j];
            return value;
        }
    }
}
