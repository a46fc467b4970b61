using System.Diagnostics.CodeAnalysis;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>How trials at a rung are compared, and under which names they note what they had there.</summary>
internal abstract class RungOrder
{
    /// <summary>The name of the note that holds the step at which a trial came to its latest rung.</summary>
    public abstract string StepNote { get; }

    /// <summary>The name of the note that holds what a trial reported at a rung.</summary>
    public abstract string NoteOf(int rung);

    /// <summary>Reads what a trial last reported, as it is noted; false where it did not report what is compared.</summary>
    public abstract bool TryRead(in ReportCurve curve, int objectives, [NotNullWhen(true)] out AttributeValue? report);

    /// <summary>Whether a report has NaN, so that it has no place.</summary>
    public abstract bool IsNaN(AttributeValue report);

    /// <summary>A report as a reason shows it.</summary>
    public abstract string Show(AttributeValue report);

    /// <summary>Where a trial with a report stands among all trials, of one bracket or of all, that reached the rung, in whatever state they are.</summary>
    public abstract RungStanding StandingOf(StudyHistory history, int number, string note, AttributeValue report, BracketMembers? members);
}
