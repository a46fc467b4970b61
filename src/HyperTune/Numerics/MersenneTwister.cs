namespace HyperTune.Numerics;

/// <summary>The generator MT19937, for what another program shuffled with it; <see cref="RandomStream"/> serves everything else.</summary>
/// <remarks>Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform Pseudo-Random Number Generator", 1998.</remarks>
internal sealed class MersenneTwister
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Length; i++) _state[i] = 1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
    }

    /// <summary>Shuffles as NumPy's <c>RandomState(seed).shuffle</c> does a list: from the end, each place with a random one up to it.</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextUpTo(i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A number from 0 to the largest one: as many bits as that has, drawn again while they are beyond it.</summary>
    private int NextUpTo(int largest)
    {
        uint mask = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)largest + 1) - 1;
        uint value;
        do value = NextUInt32() & mask;
        while (value > (uint)largest);
        return (int)value;
    }

    private uint NextUInt32()
    {
        if (_next == Length) Twist();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Length; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
        }
        _next = 0;
    }
}
