using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Problems.Tables;

namespace HyperTune.Quality.Checks;

/// <summary>Compares the problems with the check points, spaces and directions of the specification.</summary>
/// <param name="spec">The specification: <c>single</c>, <c>multi</c> and <c>pruning</c>.</param>
internal sealed class SuiteCheck(JsonElement spec)
{
    /// <summary>The largest relative error (absolute for expected values near 0) that agrees.</summary>
    public const double Tolerance = 1e-9;

    /// <summary>Problems whose values are read from a table as they are, so that nothing but equality will do.</summary>
    private static readonly HashSet<string> ExactLookups = ["knn_wine", "gb_breast_cancer"];

    /// <summary>Checks every problem, and that the specification has no other.</summary>
    public IEnumerable<CheckResult> All(ProblemCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        foreach (IProblem problem in catalog.Single) yield return Check(problem);
        foreach (IMultiObjectiveProblem problem in catalog.Multi) yield return Check(problem);
        foreach (ICurveProblem problem in catalog.Curves) yield return Check(problem);
        HashSet<string> known = [.. catalog.Single.Select(p => p.Name), .. catalog.Multi.Select(p => p.Name), .. catalog.Curves.Select(p => p.Name)];
        foreach (string missing in spec.EnumerateObject().SelectMany(kind => kind.Value.EnumerateObject()).Select(p => p.Name).Where(n => !known.Contains(n)))
            yield return new(missing, 0, 0, ["no such problem in the program"]);
    }

    /// <summary>Checks a problem with one objective; its optimum is one of the points.</summary>
    public CheckResult Check(IProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        JsonElement entry = spec.GetProperty("single").GetProperty(problem.Name);
        var check = new Points(entry, ExactLookups.Contains(problem.Name) ? 0 : Tolerance);
        check.Same("direction", entry.GetProperty("direction").GetString()!, problem.IsMaximized ? "maximize" : "minimize");
        foreach (JsonElement point in entry.GetProperty("check_points").EnumerateArray())
            check.Close("value", point.GetProperty("value").GetDouble(), problem.Evaluate(check.Next(point)));
        JsonElement optimum = entry.GetProperty("optimum");
        check.Close("value at the optimum", optimum.GetProperty("value_of_these_params").GetDouble(), problem.Evaluate(check.Next(optimum)));
        return check.Result(problem.Name);
    }

    /// <summary>Checks a problem with several objectives.</summary>
    public CheckResult Check(IMultiObjectiveProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        JsonElement entry = spec.GetProperty("multi").GetProperty(problem.Name);
        var check = new Points(entry, Tolerance);
        JsonElement[] directions = [.. entry.GetProperty("directions").EnumerateArray()];
        check.Same("number of objectives", directions.Length, problem.Objectives);
        foreach (JsonElement direction in directions) check.Same("direction", direction.GetString(), "minimize");
        foreach (JsonElement point in entry.GetProperty("check_points").EnumerateArray())
        {
            MultiObjectiveValues actual = problem.Evaluate(check.Next(point));
            double[] constraints = point.TryGetProperty("constraints", out JsonElement given) ? SuiteData.Numbers(given) : [];
            check.Same("constraints", constraints.Length, problem.Constraints);
            check.Close("value", SuiteData.Numbers(point.GetProperty("values")), actual.Values);
            check.Close("constraint", constraints, actual.Constraints);
        }
        return check.Result(problem.Name);
    }

    /// <summary>Checks a problem for pruners: its configuration index and both ends of its curve.</summary>
    public CheckResult Check(ICurveProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        JsonElement entry = spec.GetProperty("pruning").GetProperty(problem.Name);
        var check = new Points(entry, tolerance: 0);
        check.Same("direction", entry.GetProperty("direction").GetString()!, "minimize");
        check.Same("steps", entry.GetProperty("steps").GetInt32(), problem.Steps);
        foreach (JsonElement point in entry.GetProperty("check_points").EnumerateArray())
        {
            if (problem is BoostingCurveProblem boosting)
            {
                var parameters = new FixedParameters(point.GetProperty("params"));
                check.Same("configuration", point.GetProperty("config_index").GetInt32(), boosting.Configuration(parameters));
            }
            var curve = new CurveRecorder();
            double? last = problem.Evaluate(check.Next(point), curve);
            check.Same("reports", problem.Steps, curve.Values.Count);
            check.Close("first step", point.GetProperty("step_0").GetDouble(), curve.Values[0]);
            check.Close("last step", point.GetProperty("step_49").GetDouble(), curve.Values[^1]);
            check.Close("value", curve.Values[^1], last ?? double.NaN);
        }
        return check.Result(problem.Name);
    }

    /// <summary>The points of one problem: collects errors, and which parameters were asked for.</summary>
    private sealed class Points(JsonElement entry, double tolerance)
    {
        private readonly Dictionary<string, JsonElement> _space = entry.GetProperty("space").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        private readonly HashSet<string> _seen = [];
        private readonly List<string> _failures = [];
        private FixedParameters? _current;
        private JsonElement _currentValues;
        private int _count;
        private double _largestError;

        public FixedParameters Next(JsonElement point)
        {
            CloseSpace();
            _count++;
            _currentValues = point.GetProperty("params");
            return _current = new FixedParameters(_currentValues);
        }

        public void Same<T>(string what, T expected, T actual)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual)) Fail($"{what} is {actual}, not {expected}");
        }

        public void Close(string what, double[] expected, IReadOnlyList<double> actual)
        {
            Same($"number of {what} numbers", expected.Length, actual.Count);
            for (int i = 0; i < Math.Min(expected.Length, actual.Count); i++) Close($"{what} {i}", expected[i], actual[i]);
        }

        public void Close(string what, double expected, double actual)
        {
            double error = Math.Abs(actual - expected);
            if (Math.Abs(expected) > Tolerance) error /= Math.Abs(expected);
            if (!(error <= _largestError)) _largestError = error;
            if (!(error <= tolerance)) Fail(string.Create(CultureInfo.InvariantCulture, $"{what} is {actual:R}, not {expected:R}"));
        }

        public CheckResult Result(string problem)
        {
            CloseSpace();
            foreach (string name in _space.Keys.Where(n => !_seen.Contains(n))) _failures.Add($"'{name}' was never asked for");
            return new(problem, _count, _largestError, _failures);
        }

        /// <summary>Compares what the last point asked for with what it should have.</summary>
        private void CloseSpace()
        {
            if (_current is null) return;
            foreach ((string name, JsonElement parameter) in _space)
            {
                bool isDue = !parameter.TryGetProperty("when", out JsonElement when) || Holds(when.GetString()!);
                bool isAsked = _current.Asked.TryGetValue(name, out string? asked);
                if (isDue != isAsked) Fail($"'{name}' was {(isAsked ? "" : "not ")}asked for");
                if (isAsked) Same($"space of '{name}'", FixedParameters.Describe(parameter), asked);
            }
            foreach (string name in _current.Asked.Keys.Where(n => !_space.ContainsKey(n))) Fail($"'{name}' is not in the specification");
            _seen.UnionWith(_current.Asked.Keys);
            _current = null;
        }

        /// <summary>Whether a condition such as <c>booster = a</c> holds for the current point.</summary>
        private bool Holds(string condition)
        {
            string[] sides = condition.Split('=', StringSplitOptions.TrimEntries);
            return _currentValues.GetProperty(sides[0]).ToString() == sides[1];
        }

        private void Fail(string message) => _failures.Add(_count == 0 ? message : $"point {_count}: {message}");
    }

    private sealed class CurveRecorder : ICurveReporter
    {
        public List<double> Values { get; } = [];

        public void Report(double value, int step)
        {
            if (step != Values.Count) throw new InvalidOperationException($"Step {step} was reported after {Values.Count} steps.");
            Values.Add(value);
        }

        public bool ShouldPrune() => false;
    }
}
