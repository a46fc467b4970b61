using HyperTune.Quality.Problems.Continuous;
using HyperTune.Quality.Problems.MultiObjective;
using HyperTune.Quality.Problems.Own;
using HyperTune.Quality.Problems.Own.Curves;
using HyperTune.Quality.Problems.Tables;
using HyperTune.Quality.Problems.Tuning;

namespace HyperTune.Quality.Problems;

/// <summary>Every problem of the suite, in the order of its description, and those of our own.</summary>
internal sealed class ProblemCatalog
{
    /// <summary>Builds the problems from the suite's data.</summary>
    public ProblemCatalog(SuiteData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var curves = new BoostingCurves(data.BoostingCurves);
        Single =
        [
            .. ContinuousProblems.All(data.Constants),
            new ConditionalProblem(),
            new LearningRateDepthProblem(data.Constants),
            new SparseProblem(data.Constants),
            new IntegerStepsProblem(),
            new SvmDigitsProblem(data.SvmDigits),
            new KnnWineProblem(data.KnnWine),
            new BoostingProblem(curves),
        ];
        Multi = [ZdtProblem.Zdt1(), ZdtProblem.Zdt2(), ZdtProblem.Zdt3(), new Dtlz2Problem(), new ConstrainedDtlz2Problem(), new BinhKornProblem()];
        Curves = [new BoostingCurveProblem(curves)];
    }

    /// <summary>The suite's problems with one objective.</summary>
    public IReadOnlyList<IProblem> Single { get; }

    /// <summary>The suite's problems with several objectives.</summary>
    public IReadOnlyList<IMultiObjectiveProblem> Multi { get; }

    /// <summary>Our own problems with one objective.</summary>
    public IReadOnlyList<IProblem> Own { get; } = OwnProblems.Single;

    /// <summary>Our own problems with several objectives.</summary>
    public IReadOnlyList<IMultiObjectiveProblem> OwnMulti { get; } = OwnProblems.Multi;

    /// <summary>The suite's problems for pruners.</summary>
    public IReadOnlyList<ICurveProblem> Curves { get; }

    /// <summary>Our own problems for pruners.</summary>
    public IReadOnlyList<ICurveProblem> OwnCurveProblems { get; } = OwnCurves.All;
}
