using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Fronts;

/// <summary>Reads reported values of all objectives as losses.</summary>
internal static class ReportedVector
{
    /// <summary>Reads the values that a trial reported at one of its steps.</summary>
    /// <param name="directions">One for each objective.</param>
    /// <param name="reports">The trial's intermediate values.</param>
    /// <param name="attributes">The trial's system attributes.</param>
    /// <param name="index">Of the step among <paramref name="reports"/>.</param>
    /// <param name="losses">Receives a loss for each objective.</param>
    /// <returns>Whether the step has a value for each; a worker that knows one objective only reports none for the others.</returns>
    public static bool TryRead(IReadOnlyList<Direction> directions, IntermediateValues reports, AttributeSet attributes, int index, Span<double> losses)
    {
        if (losses.Length == 1)
        {
            losses[0] = StepStatistics.Loss(reports.Values[index], directions[0]);
            return true;
        }
        return attributes.TryGetValue(ReportedValues.Key(reports.Steps[index]), out AttributeValue? vector) && TryRead(directions, vector, losses);
    }

    /// <summary>Reads an attribute that holds a value for each objective.</summary>
    public static bool TryRead(IReadOnlyList<Direction> directions, AttributeValue vector, Span<double> losses)
    {
        if (vector.Kind != AttributeKind.Array || vector.Items.Count != losses.Length) return false;
        for (int k = 0; k < losses.Length; k++)
        {
            if (!vector.Items[k].TryGetDouble(out double value)) return false;
            losses[k] = StepStatistics.Loss(value, directions[k]);
        }
        return true;
    }
}
