using System.Globalization;

namespace HyperTune.Storage.Relational;

/// <summary>The stored answers to requests: trial numbers, "-" where a trial was skipped.</summary>
internal static class Answers
{
    public static string Of(IReadOnlyList<int?> numbers) => string.Join(' ', numbers.Select(number => number?.ToString(CultureInfo.InvariantCulture) ?? "-"));

    public static IReadOnlyList<int?> ToNumbers(string answer) =>
        answer.Length == 0 ? [] : [.. answer.Split(' ').Select(number => number == "-" ? (int?)null : int.Parse(number, CultureInfo.InvariantCulture))];
}
