using System.Globalization;
using System.Text;

namespace HyperTune.Storage.Diagnosis;

/// <summary>Something that an examination of a storage found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What is wrong and what to do, in one or two sentences.</param>
public sealed record StorageFinding(FindingSeverity Severity, string Message)
{
    /// <summary>The name of the study that it is about; null for the whole storage.</summary>
    public string? Study { get; init; }

    /// <summary>The number of the trial; null for none, or if that is what cannot be read.</summary>
    public int? Trial { get; init; }

    /// <summary>The table and column, or the place in a journal; null for none.</summary>
    public string? Place { get; init; }

    /// <summary>The finding on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Severity switch { FindingSeverity.Error => "error", FindingSeverity.Warning => "warning", _ => "note" }).Append(": ");
        if (Study is not null) text.Append(CultureInfo.InvariantCulture, $"study '{Study}'");
        if (Trial is not null) text.Append(Study is null ? "" : ", ").Append(CultureInfo.InvariantCulture, $"trial {Trial}");
        if (Place is not null) text.Append(Study is null && Trial is null ? "" : ", ").Append(Place);
        if (Study is not null || Trial is not null || Place is not null) text.Append(": ");
        return text.Append(Message).ToString().ReplaceLineEndings(" ");
    }
}
