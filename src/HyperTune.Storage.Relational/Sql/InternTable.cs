using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace HyperTune.Storage.Relational;

/// <summary>What texts stand for, found once for each: the names and distributions that thousands of rows repeat.</summary>
/// <remarks>Keys are UTF-8, so that a driver that has the bytes makes no string for a known text. Not safe for concurrent use.</remarks>
/// <typeparam name="T">What a text stands for.</typeparam>
/// <param name="read">Finds it; null stands for a cell that is no text.</param>
public sealed class InternTable<T>(Func<string?, T> read)
{
    /// <summary>Texts that are remembered. A parameter whose range moves with every trial would otherwise fill the memory.</summary>
    private const int MostEntries = 4096;

    /// <summary>Longer texts are hardly repeated.</summary>
    private const int LongestText = 2048;

    private readonly Dictionary<byte[], T> _entries = new(Utf8Comparer.Instance);

    /// <summary>What a cell stands for that is no text.</summary>
    public T None { get; } = read(null);

    /// <summary>What a text stands for, given as UTF-8.</summary>
    public T Get(ReadOnlySpan<byte> utf8)
    {
        var lookup = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(utf8, out T? known)) return known;
        T value = read(Encoding.UTF8.GetString(utf8));
        if (_entries.Count < MostEntries && utf8.Length <= LongestText) lookup[utf8] = value;
        return value;
    }

    /// <summary>What a text stands for.</summary>
    public T Get(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = length <= 1024 ? stackalloc byte[length] : new byte[length];
        return Get(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // Eight bytes at a time; distributions differ in a few digits somewhere in a hundred characters, so all of them count.
            ulong hash = (ulong)alternate.Length * 0x9E3779B97F4A7C15;
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(alternate)) hash = (ulong.RotateLeft(hash, 23) ^ word) * 0x9E3779B97F4A7C15;
            ulong tail = 0;
            foreach (byte b in alternate[(alternate.Length & ~7)..]) tail = (tail << 8) | b;
            hash = (hash ^ tail) * 0xC2B2AE3D27D4EB4F;
            return (int)(hash >> 32);
        }
    }
}
