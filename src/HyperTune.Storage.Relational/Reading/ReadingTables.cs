namespace HyperTune.Storage.Relational;

/// <summary>A distribution as a cell holds it, or what is wrong with the cell.</summary>
internal sealed record DistributionCell(Distribution? Distribution, string? Fault)
{
    public static DistributionCell Read(string? text)
    {
        if (text is null) return new(null, "The cell is no text.");
        try
        {
            return new(Distribution.Parse(text), null);
        }
        catch (FormatException exception)
        {
            return new(null, exception.Message);
        }
    }
}

/// <summary>An attribute's value as a cell holds it, or what is wrong with the cell.</summary>
internal sealed record AttributeCell(AttributeValue? Value, string? Fault, ulong Fingerprint)
{
    public static AttributeCell Read(string? text)
    {
        if (text is null) return new(null, "The cell is no text.", 0);
        ulong fingerprint = Fingerprints.Of(text);
        try
        {
            return new(AttributeValue.Parse(text), null, fingerprint);
        }
        catch (FormatException exception)
        {
            return new(null, exception.Message, fingerprint);
        }
    }
}

/// <summary>What the rows of one study's trials repeat, kept from read to read. Used by one flow at a time.</summary>
internal sealed class ReadingTables
{
    public InternTable<string?> Names { get; } = new(static text => text);

    public InternTable<string?> Types { get; } = new(static text => text);

    public InternTable<DistributionCell> Distributions { get; } = new(DistributionCell.Read);

    public InternTable<AttributeCell> Attributes { get; } = new(AttributeCell.Read);

    public ParameterSetBuilder Parameters { get; } = new();
}

/// <summary>Fingerprints of cells, good within one process.</summary>
internal static class Fingerprints
{
    public static ulong Of(string? text)
    {
        // FNV-1a over the code units.
        ulong hash = 14695981039346656037;
        foreach (char c in text ?? "") hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    public static ulong Then(this ulong hash, ulong next) => (ulong.RotateLeft(hash, 17) ^ next) * 0x9E3779B97F4A7C15;

    public static ulong Then(this ulong hash, double next) => hash.Then(BitConverter.DoubleToUInt64Bits(next));
}
