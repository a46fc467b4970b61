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

    /// <summary>The stored step of a report by fold.</summary>
    public static long FoldStep(int fold, long? step)
    {
        Guard.AtLeast(fold, 0);
        if (step is not { } within) return fold;
        if (within is < 0 or >= FoldReports.Stride)
            throw new ArgumentOutOfRangeException(nameof(step), within, string.Create(CultureInfo.InvariantCulture, $"The step is {within}, but must be from 0 to {FoldReports.Stride - 1} within a fold."));
        long stored = (fold * FoldReports.Stride) + within;
        if (stored <= Trial.MaxStep) return stored;
        throw new ArgumentOutOfRangeException(
            nameof(fold), fold, string.Create(CultureInfo.InvariantCulture, $"The fold is {fold}, but with steps of their own there are up to {Trial.MaxStep / FoldReports.Stride} folds."));
    }

    /// <summary>Refuses to mix forms of reports.</summary>
    /// <param name="stride">Of the new report; 0 for one that is not by fold.</param>
    /// <param name="former">Of the reports before.</param>
    public static void CheckStride(long stride, long former)
    {
        if (stride == former) return;
        throw new InvalidOperationException($"The trial reports {Form(stride)}, but has reported {Form(former)} before, with which that cannot be compared. Choose one form.");

        static string Form(long stride) => stride switch { 0 => "without folds", FoldReports.OneEach => "by fold", _ => "by fold and step" };
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
