using CsCheck;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Tests.History;

/// <summary>Random trials and the deltas that bring them.</summary>
internal static class HistoryData
{
    public static readonly StudyRecord Study = new() { Id = new StudyId(1), Name = "study", Directions = [Direction.Minimize, Direction.Maximize] };

    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly TrialState[] FinishedStates = [TrialState.Complete, TrialState.Pruned, TrialState.Failed];
    private static readonly string?[] DrawnTexts = [null, "Tpe jigs-", "Random ", "Tpe i", "odd"];

    private static readonly Gen<Parameter> AParameter = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2]).Select((name, range) => name switch
    {
        0 => new Parameter(Names[0], new FloatDistribution(0, 1 + range), range / 2.0),
        1 => new Parameter(Names[1], new IntDistribution(range, 9), 9),
        2 => new Parameter(Names[2], new CategoricalDistribution(["x", "y", "z"]), range),
        _ => new Parameter(Names[3], new FloatDistribution(1, 10, log: true), 1 + range),
    });

    /// <summary>A kind of fact beside parameters and values, an index and a number.</summary>
    private static readonly Gen<(int Kind, int Index, double Value)> AMark = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 3], Gen.OneOf(Gen.Double[-1, 1], Gen.Const(double.NaN)));

    /// <summary>A finished trial of two objectives with the number 0.</summary>
    public static readonly Gen<TrialRecord> AFinishedTrial = Gen.Select(
        Gen.Int[0, 2].Select(i => FinishedStates[i]),
        Gen.Double.Array[2],
        AParameter.Array[0, 5],
        Gen.Int[0, 4].Select(i => DrawnTexts[i]),
        Gen.Double[-1, 1].Array[0, 2],
        AMark.Array[0, 4],
        (state, values, parameters, drawn, constraints, marks) => Marked(Finished(state, values, parameters, drawn, constraints), marks));

    /// <summary>Finished trials numbered in order.</summary>
    public static readonly Gen<TrialRecord[]> FinishedTrials = AFinishedTrial.Array[0, 60].Select(trials => trials.Select((trial, i) => Numbered(trial, i)).ToArray());

    public static TrialRecord Numbered(TrialRecord trial, int number) => trial with { Id = new TrialId(1000 + number), Number = number };

    public static TrialRecord Trial(int number, TrialState state) => new() { Id = new TrialId(1000 + number), Number = number, State = state };

    public static StudyDelta Delta(params IEnumerable<TrialRecord> trials) => new() { Cursor = StudyCursor.Start, Trials = [.. trials] };

    private static TrialRecord Finished(TrialState state, double[] values, Parameter[] parameters, string? drawn, double[] constraints)
    {
        AttributeSet attributes = AttributeSet.Empty;
        if (drawn is not null) attributes = attributes.With(SystemKeys.Drawn, drawn);
        if (constraints.Length > 0) attributes = attributes.With(SystemKeys.Constraints, constraints);
        return Trial(0, state) with
        {
            Values = state == TrialState.Complete ? values : [],
            Parameters = ParameterSet.Of(parameters.DistinctBy(parameter => parameter.Name)),
            SystemAttributes = attributes,
        };
    }

    private static TrialRecord Marked(TrialRecord trial, (int Kind, int Index, double Value)[] marks)
    {
        foreach ((int kind, int index, double value) in marks)
        {
            trial = kind switch
            {
                0 => trial with { StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(index) },
                1 => trial with { StartedAt = new DateTimeOffset(2025, 1, 1, index, 0, 0, TimeSpan.FromHours(index)), CompletedAt = new DateTimeOffset(2025, 1, 2, 0, 0, 0, 125, TimeSpan.Zero) },
                2 => trial with { UserAttributes = trial.UserAttributes.With(Names[index], index == 0 ? 7 : value).With("text", "1.5").With("flag", true) },
                3 => trial with { SystemAttributes = trial.SystemAttributes.With(Names[index], value).With("odd", AttributeValue.Array()) },
                4 => trial with { SystemAttributes = trial.SystemAttributes.With($"{SystemKeys.ConstraintPrefix}{Names[index]}", index == 0 ? "no number" : value) },
                5 => trial with { IntermediateValues = trial.IntermediateValues.With([new(2 * index, value)]) },
                _ => trial with
                {
                    IntermediateValues = trial.IntermediateValues.With([new(index, value)]),
                    SystemAttributes = trial.SystemAttributes.With($"{SystemKeys.ReportPrefix}{index}", new[] { value, -value }),
                },
            };
        }
        return trial;
    }
}
