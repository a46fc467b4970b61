using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class ObjectiveShapesTests
{
    private static readonly OptimizeOptions One = new() { Trials = 1 };

    [Fact]
    public async Task One_value_binds_in_every_form()
    {
        await using Study study = New();

        await study.OptimizeAsync(trial => 1.0, One, Token);
        await study.OptimizeAsync(trial => 2, One, Token);
        await study.OptimizeAsync(trial => { return trial.Number; }, One, Token);
        await study.OptimizeAsync(Value, One, Token);
        await study.OptimizeAsync(trial => new ObjectiveValues(5), One, Token);
        await study.OptimizeAsync(trial => [6], One, Token);
        await study.OptimizeAsync(async trial => { await Task.Yield(); return 7.0; }, One, Token);
        await study.OptimizeAsync(async (trial, token) => { await Task.Yield(); token.ThrowIfCancellationRequested(); return 8.0; }, One, Token);
        await study.OptimizeAsync(ValueAsync, One, Token);
        await study.OptimizeAsync(ValueWithTokenAsync, One, Token);
        await study.OptimizeAsync(trial => Task.FromResult(11.0), One, Token);
        await study.OptimizeAsync((trial, token) => Task.FromResult(12.0), One, Token);
        await study.OptimizeAsync(trial => trial.SuggestDouble("x", 13, 13), One, Token);
        await Task.Run(() => study.Optimize(trial => 14.0, One, Token), Token);
        await Task.Run(() => study.Optimize(Value, One, Token), Token);
        await Task.Run(() => study.Optimize(trial => new ObjectiveValues(16), One, Token), Token);
        await Task.Run(() => study.Optimize(Several, One, Token), Token);

        double[] expected = [1, 2, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 4];
        Assert.Equal(expected, study.Trials.Take(15).Select(trial => trial.Values[0]));
        Assert.Equal(16, study.Trials[15].Values[0]);
        Assert.Equal(TrialState.Failed, study.Trials[16].State);
    }

    [Fact]
    public async Task Several_values_bind_in_every_form()
    {
        await using Study study = New(Direction.Minimize, Direction.Maximize);

        await study.OptimizeAsync(trial => (1.0, 2.0), One, Token);
        await study.OptimizeAsync(trial => (1, 2), One, Token);
        await study.OptimizeAsync(trial => [1, 2], One, Token);
        await study.OptimizeAsync(trial => [trial.Number - 2, 2.0], One, Token);
        await study.OptimizeAsync(trial => new double[] { 1, 2 }, One, Token);
        await study.OptimizeAsync(trial => { double a = 1, b = 2; return (a, b); }, One, Token);
        await study.OptimizeAsync(trial => { ObjectiveValues values = [1, 2]; return values; }, One, Token);
        await study.OptimizeAsync(Several, One, Token);
        await study.OptimizeAsync(trial => Tuple(trial), One, Token);
        await study.OptimizeAsync(SeveralAsync, One, Token);
        await study.OptimizeAsync(SeveralWithTokenAsync, One, Token);
        await study.OptimizeAsync(async (trial, token) => await SeveralWithTokenAsync(trial, token), One, Token);
        await study.OptimizeAsync(async trial => { await Task.Yield(); return new ObjectiveValues(1, 2); }, One, Token);

        Assert.All(study.Trials, trial => Assert.Equal([1, 2], trial.Values));
        Assert.Equal(13, study.Trials.Count);
    }

    [Fact]
    public async Task Three_values_bind_as_a_tuple()
    {
        await using Study study = New(Direction.Minimize, Direction.Maximize, Direction.Minimize);

        await study.OptimizeAsync(trial => (1.0, 2.0, 3.0), One, Token);

        Assert.Equal([1, 2, 3], study.Trials[0].Values);
    }

    [Fact]
    public async Task Lambdas_that_only_throw_bind()
    {
        await using Study study = New();

        await Assert.ThrowsAsync<InvalidDataException>(() => study.OptimizeAsync(trial => throw new InvalidDataException(), One, Token));
        await Assert.ThrowsAsync<InvalidDataException>(() => study.OptimizeAsync((trial, token) => throw new InvalidDataException(), One, Token));
        Assert.Throws<InvalidDataException>(() => study.Optimize(trial => throw new InvalidDataException(), One, Token));
        await study.OptimizeAsync(trial => throw new TrialPrunedException("no"), One, Token);

        Assert.Equal([TrialState.Failed, TrialState.Failed, TrialState.Failed, TrialState.Pruned], study.Trials.Select(trial => trial.State));
    }

    [Theory]
    [InlineData("study.OptimizeAsync(trial => Tuple(trial), options)", true)]
    [InlineData("study.OptimizeAsync(Tuple, options)", false)]
    [InlineData("study.OptimizeAsync(trial => throw new System.InvalidOperationException(), options)", true)]
    [InlineData("study.OptimizeAsync(trial => \"text\", options)", false)]
    public void Documented_limits_hold(string call, bool compiles)
    {
        string source = $$"""
            using HyperTune;
            class Program
            {
                static (double, double) Tuple(Trial trial) => (1, 2);
                static System.Threading.Tasks.Task Run(Study study, OptimizeOptions options) => {{call}};
            }
            """;
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "snippet",
            [CSharpSyntaxTree.ParseText(source, cancellationToken: Token)],
            assemblies.Append(typeof(Study).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        var errors = compilation.GetDiagnostics(Token).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();

        Assert.True(compiles == (errors.Length == 0), string.Join('\n', errors.Select(error => error.ToString())));
    }

    [Fact]
    public void Values_copy_what_they_are_given()
    {
        double[] array = [1, 2];
        ObjectiveValues values = array;
        array[0] = 9;

        Assert.Equal([1, 2], values);
        Assert.Equal(new ObjectiveValues(1, 2), values);
        Assert.Equal("1, 2", values.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => values[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => values[-1]);
        Assert.Throws<ArgumentNullException>(() => (ObjectiveValues)(double[])null!);
        Assert.Empty(default(ObjectiveValues));
    }

    private static double Value(Trial trial) => 4;

    private static ObjectiveValues Several(Trial trial) => [1, 2];

    private static (double, double) Tuple(Trial trial) => (1, 2);

    private static Task<double> ValueAsync(Trial trial) => Task.FromResult(9.0);

    private static Task<double> ValueWithTokenAsync(Trial trial, CancellationToken token) => Task.FromResult(10.0);

    private static Task<ObjectiveValues> SeveralAsync(Trial trial) => Task.FromResult(new ObjectiveValues(1, 2));

    private static Task<ObjectiveValues> SeveralWithTokenAsync(Trial trial, CancellationToken token) => Task.FromResult(new ObjectiveValues(1, 2));
}
