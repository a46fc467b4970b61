namespace HyperTune.Quality;

/// <summary>Random numbers for what is not the sampler's: noise, and how long a trial takes. A function of a study's seed and a trial's number.</summary>
/// <remarks>G. L. Steele, D. Lea, C. H. Flood, Fast Splittable Pseudorandom Number Generators, 2014. It starts at seed 2^32 + trial.</remarks>
internal struct SplitMix(int seed, int trial)
{
    private ulong _state = ((ulong)(uint)seed << 32) + (uint)trial;

    /// <summary>A number from 0 on, below 1.</summary>
    public double NextDouble()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A standard normal number, by the method of Box and Muller from two numbers.</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }
}
