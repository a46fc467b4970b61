using System.Globalization;

namespace HyperTune.Storage.Journal;

/// <summary>A client's request, as the entries that came of it name it, so that a repetition finds the first answer.</summary>
/// <param name="Id">The client's own id.</param>
/// <param name="Place">The place of the entry's trial among those asked for.</param>
/// <param name="Count">How many were asked for; 0 if each of them has an entry, in order.</param>
internal readonly record struct JournalRequest(Guid Id, int Place = 0, int Count = 0)
{
    /// <summary>More than any import has; a larger number in a journal is not believed.</summary>
    private const int MostTrials = 10_000_000;

    public override string ToString() => Count == 0 ? Id.ToString("N") : string.Create(CultureInfo.InvariantCulture, $"{Id:N}/{Place}/{Count}");

    /// <summary>Reads what an entry says; what is no request of ours is none.</summary>
    public static bool TryParse(AttributeValue? text, out JournalRequest request)
    {
        request = default;
        if (text is null || !text.TryGetString(out string? value)) return false;
        string[] parts = value.Split('/');
        if (!Guid.TryParseExact(parts[0], "N", out Guid id)) return false;
        if (parts.Length == 1)
        {
            request = new(id);
            return true;
        }
        if (parts.Length != 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int place)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || place >= count || count > MostTrials) return false;
        request = new(id, place, count);
        return true;
    }
}
