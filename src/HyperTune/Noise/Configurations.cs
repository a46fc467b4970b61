using HyperTune.History;

namespace HyperTune.Noise;

/// <summary>The configurations of a history, in the order of their first trials.</summary>
internal static class Configurations
{
    public static IReadOnlyList<Configuration> Of(StudyHistory history)
    {
        var view = ReplicateView.Of(history);
        return Array.AsReadOnly([.. view.Configurations.Select(evaluations => new Configuration(evaluations, view, history.Directions))]);
    }

    /// <summary>The feasible configuration whose pessimistic value is best; null if there is none.</summary>
    public static Configuration? Best(StudyHistory history, double standardErrors)
    {
        var view = ReplicateView.Of(history);
        return view.Best(history.Directions[0], standardErrors) is { } best ? new Configuration(best, view, history.Directions) : null;
    }
}
