namespace HyperTune.Trials;

/// <summary>Reads the standard errors that an objective reported with its values.</summary>
internal static class ReportedErrors
{
    /// <summary>The standard error of one objective's value; NaN where none is stored, or what is stored is no finite number of at least 0.</summary>
    public static double Of(TrialRecord trial, int objective)
    {
        if (!trial.SystemAttributes.TryGetValue(SystemKeys.StandardErrors, out AttributeValue? errors) || errors.Kind != AttributeKind.Array || objective >= errors.Items.Count) return double.NaN;
        return errors.Items[objective].TryGetDouble(out double error) && error >= 0 && double.IsFinite(error) ? error : double.NaN;
    }

    /// <summary>One standard error for each that is stored.</summary>
    public static double[] Of(TrialRecord trial)
    {
        if (!trial.SystemAttributes.TryGetValue(SystemKeys.StandardErrors, out AttributeValue? errors) || errors.Kind != AttributeKind.Array) return [];
        var values = new double[errors.Items.Count];
        for (int k = 0; k < values.Length; k++) values[k] = Of(trial, k);
        return values;
    }
}
