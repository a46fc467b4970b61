using System.Globalization;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>What a trial accepts from its objective.</summary>
internal static class TrialRules
{
    public static void CheckStep(long step)
    {
        if (step is >= 0 and <= Trial.MaxStep) return;
        throw new ArgumentOutOfRangeException(
            nameof(step), step, string.Create(CultureInfo.InvariantCulture, $"The step is {step}, but must be from 0 to {Trial.MaxStep}, the most that every storage holds."));
    }

    public static void CheckStandardErrors(ObjectiveValues values)
    {
        foreach (double value in values)
        {
            if (value >= 0 && double.IsFinite(value)) continue;
            throw new ArgumentOutOfRangeException(nameof(values), value, $"The standard error is {Guard.Show(value)}, but must be finite and at least 0. Leave it out if it is not known.");
        }
    }

    public static void CheckConstraint(string name, double value)
    {
        Guard.Name(name);
        if (name.Length > Guard.LongestName - SystemKeys.ConstraintPrefix.Length)
        {
            throw new ArgumentException($"The name of the constraint has {name.Length} characters, but {Guard.LongestName - SystemKeys.ConstraintPrefix.Length} are the most.", nameof(name));
        }
        if (double.IsNaN(value)) throw new ArgumentException($"The constraint '{name}' is NaN. Give a number: at most 0 when satisfied.", nameof(value));
    }
}
