using System.Globalization;

namespace HyperTune.Trials;

/// <summary>Reads the reports of one objective. The first objective's are the intermediate values; the others' lie in system attributes.</summary>
internal static class ReportedValues
{
    /// <summary>The value that a trial reported for an objective at a step.</summary>
    /// <param name="reports">The trial's intermediate values.</param>
    /// <param name="attributes">The trial's system attributes.</param>
    /// <param name="objective">From 0.</param>
    /// <param name="index">Of the step among <paramref name="reports"/>.</param>
    /// <param name="value">As reported; NaN when there is none.</param>
    /// <returns>Whether the step has a value for the objective; a worker that knows one objective only reports none for the others.</returns>
    public static bool TryGet(IntermediateValues reports, AttributeSet attributes, int objective, int index, out double value)
    {
        if (objective == 0)
        {
            value = reports.Values[index];
            return true;
        }
        value = double.NaN;
        return attributes.TryGetValue(Key(reports.Steps[index]), out AttributeValue? vector) && vector.Kind == AttributeKind.Array
            && objective < vector.Items.Count && vector.Items[objective].TryGetDouble(out value);
    }

    /// <summary>The system attribute that holds the whole vector reported at a step.</summary>
    public static string Key(long step) => string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.ReportPrefix}{step}");
}
