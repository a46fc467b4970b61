using System.Globalization;
using HyperTune.Quality;
using HyperTune.Quality.Checks;
using HyperTune.Quality.Problems;

const int Success = 0, Disagreement = 1, WrongCall = 2;

if (args is not ["check"])
{
    Console.Error.WriteLine("HyperTune.Quality check");
    return WrongCall;
}

var data = new SuiteData();
CheckResult[] results = [.. new SuiteCheck(data.Spec).All(new ProblemCatalog(data))];
foreach (CheckResult result in results)
{
    string word = result.Failures.Count == 0 ? "ok  " : "FAIL";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {result.Problem,-24} {result.Points} points, largest error {result.LargestError:G2}"));
    foreach (string failure in result.Failures) Console.WriteLine($"     {failure}");
}
return results.All(r => r.Failures.Count == 0) ? Success : Disagreement;
