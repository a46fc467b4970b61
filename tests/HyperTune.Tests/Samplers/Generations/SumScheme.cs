using System.Collections.Immutable;
using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Generations;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Generations;

/// <summary>Remembers who took part in each generation, and a sum that depends on the order of addition.</summary>
internal sealed record SumScheme(int Size) : GenerationScheme<SumScheme.State>
{
    public override string Name => "sum";

    public override string NoteKey => "sum:generation";

    public override State Start() => new(0.1, []);

    public override int SizeOf(State state) => Size;

    public override State Fold(State state, in ClosedGeneration generation)
    {
        double sum = state.Sum;
        foreach (int row in generation.Members) sum = sum / 3 + generation.History.Values(0)[row];
        foreach (int row in generation.Others) sum = sum / 7 + generation.History.Values(0)[row];
        return new(sum, state.Generations.Add((Numbers(generation, generation.Members), Numbers(generation, generation.Others))));
    }

    private static int[] Numbers(in ClosedGeneration generation, ReadOnlySpan<int> rows)
    {
        var numbers = new int[rows.Length];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = generation.History.Numbers[rows[i]];
        return numbers;
    }

    internal sealed record State(double Sum, ImmutableList<(int[] Members, int[] Others)> Generations);

    /// <summary>Proposes by the state's sum and notes the generation.</summary>
    internal sealed class Sampler(int size) : ISampler
    {
        private readonly SumScheme _scheme = new(size);

        public ulong? Seed => 1;

        public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial) => SearchSpace.Empty.AddDouble("x", 0, 1);

        public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
        {
            OpenGeneration<State> generation = GenerationLog<State>.Of(history, _scheme);
            generation.Note(trial);
            double x = generation.State.Sum + trial.Random("x").NextDouble();
            return ParameterSet.Empty.With("x", space[0].Distribution, x - Math.Floor(x));
        }

        public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) => throw new NotSupportedException();
    }
}
