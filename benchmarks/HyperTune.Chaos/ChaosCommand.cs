using System.Globalization;

namespace HyperTune.Chaos;

/// <summary>The command <c>run</c>.</summary>
internal static class ChaosCommand
{
    /// <summary>Disturbs each storage that is named, or all.</summary>
    /// <returns>0 when all promises hold.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new ChaosOptions();
        var kinds = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--workers": options = options with { Workers = Number(arguments, ++i) }; break;
                case "--trials": options = options with { Trials = Number(arguments, ++i) }; break;
                case "--kills": options = options with { Kills = Number(arguments, ++i) }; break;
                case "--waiting": options = options with { Waiting = Number(arguments, ++i) }; break;
                default: kinds.Add(arguments[i]); break;
            }
        }
        bool isWhole = true;
        foreach (string kind in kinds.Count > 0 ? kinds : ChaosTarget.Kinds)
        {
            await using ChaosTarget? target = await ChaosTarget.TryStartAsync(kind);
            if (target is null)
            {
                Console.WriteLine($"{kind}: its server is not installed here");
                isWhole = false;
                continue;
            }
            ChaosReport report = await new ChaosRun(target, options).RunAsync();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind}: {report.Complete} complete of {report.Trials} trials, {report.TakenBack} taken back, {report.Kills} kills, {report.Restarts} restarts, {report.Elapsed.TotalSeconds:F0} s"));
            foreach (string finding in report.Findings) Console.WriteLine($"  {finding}");
            isWhole &= report.Findings.Count == 0;
        }
        return isWhole ? 0 : 1;
    }

    private static int Number(string[] arguments, int index) => int.Parse(arguments[index], CultureInfo.InvariantCulture);
}
