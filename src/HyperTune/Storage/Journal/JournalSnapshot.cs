using System.Security.Cryptography;
using System.Text;

namespace HyperTune.Storage.Journal;

/// <summary>A snapshot of a journal's state, as it lies beside the journal: the entry up to which it goes, the state, and a hash over both.</summary>
internal static class JournalSnapshot
{
    private const string Format = "HyperTune journal snapshot 1";

    /// <summary>Writes the state as it is behind an entry.</summary>
    /// <param name="state">The state.</param>
    /// <param name="before">The position before the last entry.</param>
    /// <param name="last">The last entry's text, by which the journal is known again.</param>
    public static byte[] Write(JournalState state, JournalPosition before, ReadOnlySpan<byte> last)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Format);
            writer.Write(before.Entries);
            writer.Write(before.Offset);
            writer.Write(SHA256.HashData(last));
            state.Save(writer);
        }
        stream.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>Opens a snapshot; null if it is damaged, or of another version.</summary>
    public static Header? Open(ReadOnlyMemory<byte> snapshot)
    {
        int length = snapshot.Length - SHA256.HashSizeInBytes;
        if (length <= 0 || !SHA256.HashData(snapshot.Span[..length]).AsSpan().SequenceEqual(snapshot.Span[length..])) return null;
        using var reader = new BinaryReader(new MemoryStream(snapshot[..length].ToArray()), Encoding.UTF8);
        if (reader.ReadString() != Format) return null;
        return new Header(new JournalPosition(reader.ReadInt64(), reader.ReadInt64()), reader.ReadBytes(SHA256.HashSizeInBytes), snapshot[(int)reader.BaseStream.Position..length]);
    }

    /// <summary>A snapshot whose state has not been read yet.</summary>
    /// <param name="Before">The position before the last entry that it goes up to.</param>
    /// <param name="LastHash">The hash of that entry's text.</param>
    /// <param name="State">The bytes of the state.</param>
    public sealed record Header(JournalPosition Before, byte[] LastHash, ReadOnlyMemory<byte> State)
    {
        /// <summary>Whether the journal has, where the snapshot ends, the entry that it ends with.</summary>
        public bool IsOf(JournalBatch batch) => batch.Lines.Count > 0 && SHA256.HashData(batch.Lines[0].Text.Span).AsSpan().SequenceEqual(LastHash);

        public void LoadInto(JournalState state)
        {
            using var reader = new BinaryReader(new MemoryStream(State.ToArray()), Encoding.UTF8);
            state.Load(reader);
        }
    }
}
