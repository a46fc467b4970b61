using System.Collections.Immutable;
using HyperTune.History;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Qmc;

/// <summary>What one kind of sequence needs to know of a study: the sequence itself, and the space of the first finished trial.</summary>
internal sealed record QmcView
{
    private int _rows;

    // Each time that a trial with a lower number arrives: complete ones, and pruned ones, which count while there is no complete one.
    private ImmutableArray<First> _complete = [];
    private ImmutableArray<First> _pruned = [];

    private QmcView(Kind kind, SearchSpace? declared)
    {
        Sequence = kind.Sequence == QmcSequence.Sobol ? new SobolSequence(kind.Scramble) : new HaltonSequence(kind.Scramble);
        Declared = declared is null ? null : Drawable(declared);
    }

    /// <summary>The points. Nothing of them depends on the study's trials.</summary>
    public LowDiscrepancySequence Sequence { get; }

    /// <summary>Shared by the joint samples, which all have the same parameters.</summary>
    public ParameterSchema Schemas { get; } = ParameterSchema.CreateRoot();

    private SearchSpace? Declared { get; }

    public static QmcView Of(StudyHistory history, QmcSequence sequence, ulong? scramble) =>
        history.View<QmcView>(new Kind(sequence, scramble), (newer, former) => (former ?? new QmcView(new Kind(sequence, scramble), newer.DeclaredSpace)).With(newer));

    /// <summary>The parameters in the order of the sequence's dimensions, as of a snapshot.</summary>
    public SearchSpace SpaceOf(StudyHistory history) => Declared ?? At(_complete, history.Count) ?? At(_pruned, history.Count) ?? SearchSpace.Empty;

    private QmcView With(StudyHistory history)
    {
        if (Declared is not null) return this;
        var next = this with { _rows = history.Count };
        ReadOnlySpan<TrialState> states = history.States;
        for (int row = _rows; row < history.Count; row++)
        {
            if (states[row] == TrialState.Complete) next._complete = Extended(next._complete, history, row);
            else if (states[row] == TrialState.Pruned) next._pruned = Extended(next._pruned, history, row);
        }
        return next;
    }

    private static ImmutableArray<First> Extended(ImmutableArray<First> firsts, StudyHistory history, int row)
    {
        int number = history.Numbers[row];
        if (firsts.Length > 0 && firsts[^1].Number < number) return firsts;
        ParameterSet parameters = history[row].Parameters;
        return firsts.Add(new First(row, number, Drawable(SearchSpace.Create(parameters.Select(parameter => new SearchSpaceParameter(parameter.Name, parameter.Distribution))))));
    }

    private static SearchSpace? At(ImmutableArray<First> firsts, int rows)
    {
        for (int i = firsts.Length - 1; i >= 0; i--)
        {
            if (firsts[i].Row < rows) return firsts[i].Space;
        }
        return null;
    }

    /// <summary>Leaves out single values, and infinite ranges, which only a storage can hold.</summary>
    private static SearchSpace Drawable(SearchSpace space)
    {
        SearchSpace several = space.WithoutSingle();
        return several.All(IsFinite) ? several : SearchSpace.Create(several.Where(IsFinite));

        static bool IsFinite(SearchSpaceParameter parameter) => parameter.Distribution is not FloatDistribution range || (double.IsFinite(range.Low) && double.IsFinite(range.High));
    }

    private sealed record Kind(QmcSequence Sequence, ulong? Scramble);

    private readonly record struct First(int Row, int Number, SearchSpace Space);
}
