using HyperTune.History;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Importances of parameters on one core, from a history to the ordered list.</summary>
internal static class ImportanceRatios
{
    public static void Run(RatioTable table, bool isQuick)
    {
        StudyHistory many = History(10_000, 20), few = History(1_000, 10);
        var forest = new ImportanceOptions { Evaluator = new FanovaImportance() };
        Add(table, isQuick, "PED-ANOVA, 10,000 trials × 20 parameters", 0.100, () => ParameterImportances.Of(many));
        Add(table, isQuick, "fANOVA, 64 trees, 1,000 trials × 10 parameters", 2, () => ParameterImportances.Of(few, forest));
        Add(table, isQuick, "mean decrease of impurity, 64 trees, 1,000 trials × 10 parameters", null, () => ParameterImportances.Of(few, new() { Evaluator = new MeanDecreaseImpurityImportance() }));
        Add(table, isQuick, "interactions, 64 trees, 1,000 trials × 45 pairs", null, () => ParameterInteractions.Of(few, forest));
    }

    private static void Add(RatioTable table, bool isQuick, string what, double? goal, Action action)
    {
        Clock.WarmUp(action);
        double time = Clock.Medians(isQuick ? 3 : 11, action)[0];
        table.Add(new($"Importance: {what}", Amounts.Time(time), "-", null, goal is { } limit ? $"≤ {Amounts.Time(limit)}" : "", goal is null ? null : time <= goal));
    }

    /// <summary>Parameters in [0, 1], each with half the weight of the one before, and a product.</summary>
    private static StudyHistory History(int trials, int parameters)
    {
        ParameterSchema schema = ParameterSchema.CreateRoot();
        var unit = new FloatDistribution(0, 1);
        for (int i = 0; i < parameters; i++) schema = schema.Append($"x{i}", unit);
        var records = new TrialRecord[trials];
        for (int number = 0; number < trials; number++)
        {
            var x = new double[parameters];
            Numerics.RandomStream.Create(5, number, "benchmark").Fill(x);
            double value = x[0] * x[1], weight = 1;
            foreach (double coordinate in x) value += (weight *= 0.5) * coordinate;
            records[number] = new TrialRecord
            {
                Id = new TrialId(number + 1),
                Number = number,
                State = TrialState.Complete,
                Values = [value],
                Parameters = new ParameterSet(schema, x),
                StartedAt = DateTimeOffset.UnixEpoch,
                CompletedAt = DateTimeOffset.UnixEpoch,
            };
        }
        return Studies.Builder(records).Current;
    }
}
