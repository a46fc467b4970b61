using HyperTune.History;

namespace HyperTune.Pruners.Rungs;

/// <summary>The trials of one bracket. Equal ones share views.</summary>
/// <param name="Brackets">How trials are assigned.</param>
/// <param name="Bracket">The bracket, from 0.</param>
internal sealed record BracketMembers(BracketPlan Brackets, int Bracket)
{
    public bool Contains(StudyHistory history, int number) => Brackets.BracketOf(history.Study.Name, number) == Bracket;
}
