using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune;

/// <summary>Keeps this process from starting more trials than a finite space has untried points. Safe for concurrent use.</summary>
internal sealed class PointClaims(StudySession session)
{
    private readonly Lock _gate = new();
    private readonly List<StudyTrial> _proposed = [];
    private int _unproposed;

    /// <summary>Claims a point for each of the wanted trials, as far as there are any; for all of them in an infinite or unknown space.</summary>
    /// <returns>How many trials may start. Each ends in <see cref="Propose"/> or <see cref="Return"/>.</returns>
    public int Claim(int wanted)
    {
        lock (_gate)
        {
            // Before the history is looked at: it shows the ends of these.
            _proposed.RemoveAll(static trial => trial.HasEnded || trial.LostReason is not null);
            StudyHistory history = session.Builder.Current;
            SearchSpace space = session.ComparedSpace(history);
            int claimed = wanted;
            if (space.Count > 0)
            {
                double left = TriedPoints.Of(history, space, _proposed.Select(static trial => trial.Expected)).Left - _unproposed;
                claimed = (int)Math.Clamp(left, 0, wanted);
            }
            _unproposed += claimed;
            return claimed;
        }
    }

    /// <summary>Gives up claims of trials that did not start.</summary>
    public void Return(int count)
    {
        lock (_gate) _unproposed -= count;
    }

    /// <summary>Notes that the point of a trial is known by now.</summary>
    public void Propose(StudyTrial trial)
    {
        lock (_gate)
        {
            _unproposed--;
            _proposed.Add(trial);
        }
    }
}
