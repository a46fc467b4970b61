using System.Buffers.Binary;

namespace HyperTune;

/// <summary>Makes ids of requests: unique over processes by a random half, within one by a counter.</summary>
/// <remarks>As texts they ascend, so that a database which keeps them sorted appends each beside the last one instead of somewhere in its index.</remarks>
internal sealed class RequestIds
{
    private readonly ulong _process = BinaryPrimitives.ReadUInt64LittleEndian(Guid.NewGuid().ToByteArray().AsSpan(8)) ^ BinaryPrimitives.ReadUInt64LittleEndian(Guid.NewGuid().ToByteArray());
    private long _last;

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _process);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Interlocked.Increment(ref _last));
        return new Guid(bytes);
    }
}
