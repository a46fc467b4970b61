namespace HyperTune.Samplers.Generations;

/// <summary>The trials of a closed generation by number, ascending: a study attribute whose first writer wins.</summary>
internal sealed class GenerationRecord
{
    /// <summary>The attribute of a trial that was asked before the record of the generation before was stored: that record's <see cref="Fingerprint"/>.</summary>
    public const string AskedFromKey = "hypertune:gen:asked_from";

    private const ulong FnvOffset = 0xCBF29CE484222325;
    private const ulong FnvPrime = 0x100000001B3;

    private readonly int[] _numbers;

    /// <param name="numbers">Ascending.</param>
    public GenerationRecord(int[] numbers)
    {
        _numbers = numbers;
        ulong hash = FnvOffset;
        foreach (int number in numbers) hash = (hash ^ (uint)number) * FnvPrime;
        Fingerprint = (long)hash;
    }

    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>Differs, in all likelihood, where the numbers do.</summary>
    public long Fingerprint { get; }

    public AttributeValue ToAttribute() => _numbers;

    /// <summary>Reads a stored record. What is no number of a trial, because somebody else wrote it, is left out.</summary>
    public static GenerationRecord Parse(AttributeValue stored)
    {
        if (stored.Kind != AttributeKind.Array) return new([]);
        var numbers = new List<int>(stored.Items.Count);
        foreach (AttributeValue item in stored.Items)
        {
            if (item.TryGetInt64(out long number) && number is >= 0 and <= int.MaxValue) numbers.Add((int)number);
        }
        numbers.Sort();
        return new([.. numbers]);
    }

    public bool IsSame(GenerationRecord other) => _numbers.AsSpan().SequenceEqual(other._numbers);
}
