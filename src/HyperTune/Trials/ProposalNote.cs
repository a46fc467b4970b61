namespace HyperTune.Trials;

/// <summary>Which of several samplers proposed a trial and why, as it is stored with the trial.</summary>
internal sealed record ProposalNote(string Proposer, string Reason)
{
    private const string ProposerName = "by", ReasonName = "why";

    /// <summary>What a trial's attributes say; null where they say nothing.</summary>
    public static ProposalNote? Of(AttributeSet attributes) =>
        attributes.TryGetValue(SystemKeys.Proposal, out AttributeValue? note)
        && note.TryGetMember(ProposerName, out AttributeValue? proposer) && proposer.TryGetString(out string? by)
        && note.TryGetMember(ReasonName, out AttributeValue? reason) && reason.TryGetString(out string? why)
            ? new(by, why)
            : null;

    public AttributeValue ToAttribute() => AttributeValue.Object((ProposerName, Proposer), (ReasonName, Reason));
}
