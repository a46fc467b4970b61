using Spectre.Console;

namespace HyperTune.Samples.BreastCancer;

/// <summary>A complete trial: its number, its cross-validated accuracy, and its parameters.</summary>
internal sealed record RankedTrial(int Number, double Accuracy, BoostingParameters Parameters);

/// <summary>The accuracy of one set of parameters: cross-validated, and on the test set.</summary>
internal readonly record struct Accuracies(double CrossValidated, double Test);

/// <summary>What is written at the end.</summary>
internal static class ResultTable
{
    /// <summary>Writes the best trials, best first, with their parameters.</summary>
    public static void WriteBestTrials(IAnsiConsole console, IEnumerable<RankedTrial> best)
    {
        // Without padding the columns fit into the 80 characters that a redirected output has.
        var table = new Table().Title("Best trials").Border(TableBorder.Simple);
        string[] headers = ["Trial", "Accuracy", "Trees", "Rate", "Leaves", "Rows/leaf", "Features", "Rows", "L1", "L2", "Bins"];
        foreach (string header in headers)
            table.AddColumn(new TableColumn(header).RightAligned().NoWrap().Padding(0, 0));
        foreach (var (number, accuracy, parameters) in best)
        {
            table.AddRow(
                $"{number}", $"{accuracy:P2}", $"{parameters.Iterations}", $"{parameters.LearningRate:F3}", $"{parameters.Leaves}",
                $"{parameters.MinimumExamplesPerLeaf}", $"{parameters.FeatureFraction:F2}", $"{parameters.RowFraction:F2}",
                $"{parameters.L1:F3}", $"{parameters.L2:F3}", $"{parameters.MaximumBins}");
        }
        console.Write(table);
    }

    /// <summary>Writes the accuracy with ML.NET's default parameters and, once there is one, of the best trial.</summary>
    public static void WriteComparison(IAnsiConsole console, Accuracies defaults, Accuracies? tuned, int testCount)
    {
        var table = new Table().Title("Accuracy").Border(TableBorder.Simple)
            .AddColumn("").AddColumn(new TableColumn("Cross-validated").RightAligned())
            .AddColumn(new TableColumn($"Test set ({testCount} tumors)").RightAligned());
        table.AddRow("ML.NET's defaults", $"{defaults.CrossValidated:P2}", $"{defaults.Test:P2}");
        if (tuned is { } best)
        {
            table.AddRow("Best trial", $"{best.CrossValidated:P2}", $"{best.Test:P2}");
            table.AddRow("Difference", Points(best.CrossValidated - defaults.CrossValidated), Points(best.Test - defaults.Test));
            table.Caption(
                "The best trial was chosen by its cross-validated accuracy, which therefore flatters it. " +
                $"The test set took no part in tuning, but one tumor there is worth {100.0 / testCount:F1} points.");
        }
        console.Write(table);
    }

    private static string Points(double difference) => $"{100 * difference:+0.00;-0.00;0.00} points";
}
