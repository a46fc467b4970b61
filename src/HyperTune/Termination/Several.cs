namespace HyperTune.Termination;

/// <summary>What <see cref="AnyTerminator"/> and <see cref="AllTerminator"/> share.</summary>
internal static class Several
{
    public static IReadOnlyList<ITerminator> Of(IReadOnlyList<ITerminator> terminators)
    {
        ITerminator[] several = [.. Guard.NotNullOrEmpty(terminators)];
        return several.Contains(null) ? throw new ArgumentException("One of the terminators is null. Leave it out.", nameof(terminators)) : several;
    }

    public static string Name(string which, IReadOnlyList<ITerminator> terminators) => $"{which} {string.Join(", ", terminators.Select(terminator => terminator.Name))}";

    public static string? Join(string? reasons, string? reason) => reasons is null ? reason : reason is null ? reasons : $"{reasons}; {reason}";
}
