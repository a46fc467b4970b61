namespace HyperTune.Trials;

/// <summary>Attributes of a study to be written.</summary>
public sealed record AttributeChanges
{
    /// <summary>User attributes to add or replace.</summary>
    public AttributeSet User { get; init; } = AttributeSet.Empty;

    /// <summary>System attributes to add or replace.</summary>
    public AttributeSet System { get; init; } = AttributeSet.Empty;

    /// <summary>System attributes to add unless they exist: the first writer wins, and the loser reads the winner with the next delta.</summary>
    public AttributeSet PutIfAbsent { get; init; } = AttributeSet.Empty;

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => User.Count == 0 && System.Count == 0 && PutIfAbsent.Count == 0;

    /// <summary>These changes followed by later ones.</summary>
    public AttributeChanges Then(AttributeChanges later)
    {
        ArgumentNullException.ThrowIfNull(later);
        // Of two first writers within one group the earlier one wins, as it would in two groups.
        return new() { User = User.With(later.User), System = System.With(later.System), PutIfAbsent = later.PutIfAbsent.With(PutIfAbsent) };
    }
}
