using System.Globalization;
using Microsoft.ML;

namespace HyperTune.Samples.BreastCancer;

/// <summary>The rows on which a model is trained and the rows on which it is judged.</summary>
internal sealed record Fold(IReadOnlyList<Tumor> Training, IReadOnlyList<Tumor> Validation);

/// <summary>
/// The tumors, cut into a test set that tuning never sees, and folds of the rest for cross-validation. Every part has the two
/// classes in the same proportion, and one seed always gives the same parts.
/// </summary>
internal sealed class BreastCancerData
{
    private const double TestFraction = 0.2;
    private const int FoldsPerRound = 5;

    private BreastCancerData(IReadOnlyList<Fold> folds, Fold holdOut)
    {
        Folds = folds;
        HoldOut = holdOut;
    }

    /// <summary>The folds of all rounds of cross-validation: in each round, each tumor outside the test set validates once.</summary>
    public IReadOnlyList<Fold> Folds { get; }

    /// <summary>Everything outside the test set for training, the test set for validation.</summary>
    public Fold HoldOut { get; }

    /// <summary>Reads the csv file and cuts the rows.</summary>
    public static BreastCancerData Load(string path, int rounds, int seed = 1)
    {
        var random = new Random(seed);
        var test = new List<Tumor>();
        var rest = new List<Tumor[]>();
        foreach (var group in File.ReadLines(path).Skip(1).Select(Parse).GroupBy(tumor => tumor.IsMalignant))
        {
            var rows = group.ToArray();
            random.Shuffle(rows);
            int testRows = (int)Math.Round(rows.Length * TestFraction);
            test.AddRange(rows[..testRows]);
            rest.Add(rows[testRows..]);
        }

        var folds = new List<Fold>();
        for (int round = 0; round < rounds; round++)
        {
            foreach (var rows in rest)
                random.Shuffle(rows);
            folds.AddRange(Deal([.. rest.SelectMany(rows => rows)]));
        }
        return new BreastCancerData(folds, new Fold([.. rest.SelectMany(rows => rows)], test));
    }

    /// <summary>Shows rows to ML.NET.</summary>
    public static IDataView View(MLContext context, IReadOnlyList<Tumor> tumors) => context.Data.LoadFromEnumerable(tumors);

    // Rows are dealt out like cards, one class after the other: the folds differ by at most one row in either class.
    private static IEnumerable<Fold> Deal(Tumor[] tumors)
    {
        for (int fold = 0; fold < FoldsPerRound; fold++)
        {
            yield return new Fold(
                [.. tumors.Where((_, row) => row % FoldsPerRound != fold)],
                [.. tumors.Where((_, row) => row % FoldsPerRound == fold)]);
        }
    }

    private static Tumor Parse(string line)
    {
        var fields = line.Split(',');
        return new Tumor
        {
            Features = [.. fields.Take(Tumor.FeatureCount).Select(field => float.Parse(field, CultureInfo.InvariantCulture))],
            IsMalignant = fields[Tumor.FeatureCount] == "0",
        };
    }
}
