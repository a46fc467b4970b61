using System.Collections.Concurrent;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune;

/// <summary>The distributions by parameter name that this process knows in a study, so that a clash is refused where it is made. Safe for concurrent use.</summary>
internal sealed class DistributionRegistry
{
    private readonly ConcurrentDictionary<string, Distribution> _known = new(StringComparer.Ordinal);

    /// <summary>Checks a distribution against what the study has under the name, and notes it when the name is new.</summary>
    /// <exception cref="DistributionChangedException">It clashes.</exception>
    public void Check(StudyHistory history, string name, Distribution distribution)
    {
        if (_known.TryGetValue(name, out Distribution? known))
        {
            if (ReferenceEquals(known, distribution) || known.IsCompatibleWith(distribution)) return;
            throw new DistributionChangedException(name, known, distribution);
        }
        StorageRules.CheckCompatible(new Parameter(name, distribution, 0), _known.GetOrAdd(name, Find(history, name) ?? distribution));
    }

    /// <summary>The distribution that a study has under a name, in finished or running trials; null for none.</summary>
    public static Distribution? Find(StudyHistory history, string name)
    {
        if (history.TryGetParameter(name, out ParameterColumn column)) return column.DistributionAt(0);
        foreach (RunningTrial trial in history.Running)
        {
            int index = trial.Parameters.IndexOf(name);
            if (index >= 0) return trial.Parameters[index].Distribution;
        }
        return null;
    }

    /// <summary>Forgets a name that a trial was refused for, so that the storage's own distribution is looked up again.</summary>
    public void Clear() => _known.Clear();
}
