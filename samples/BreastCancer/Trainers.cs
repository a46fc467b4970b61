using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.Trainers.LightGbm;
using Spectre.Console;

namespace HyperTune.Samples.BreastCancer;

/// <summary>Finds out which trainer works on this machine.</summary>
internal static class Trainers
{
    private const string AptGet = "/usr/bin/apt-get";
    private const string OpenMp = "libgomp";

    /// <summary>
    /// Gives LightGBM where its native library loads. Where only OpenMP is missing, and apt may install it, that is done; anywhere
    /// else the console says what is missing, and FastTree takes LightGBM's place.
    /// </summary>
    public static Trainer Choose(IAnsiConsole console)
    {
        string? problem = WhyLightGbmDoesNotLoad();
        if (problem is null)
            return new LightGbm();

        bool lacksOpenMp = problem.Contains(OpenMp, StringComparison.Ordinal);
        if (lacksOpenMp && Environment.IsPrivilegedProcess && File.Exists(AptGet))
        {
            console.WriteLine("LightGBM needs the library libgomp1, which is not installed. Installing it through apt-get.");
            if (RunAptGet("update") && RunAptGet("install", "--yes", "--no-install-recommends", "libgomp1"))
                problem = WhyLightGbmDoesNotLoad();
            if (problem is null)
                return new LightGbm();
        }

        console.WriteLine($"LightGBM does not load: {problem}");
        console.WriteLine(lacksOpenMp
            ? "To use it, install OpenMP (Debian, Ubuntu: sudo apt-get install libgomp1; Fedora: sudo dnf install libgomp) and start again."
            : "Its package has native libraries for Linux, macOS and Windows on x64.");
        console.WriteLine("Going on with FastTree, ML.NET's own boosted trees, which takes several times as long.");
        return new FastTree();
    }

    // Asked before ML.NET touches the library: a type initializer that has failed once fails until the process ends.
    private static string? WhyLightGbmDoesNotLoad()
    {
        try
        {
            NativeLibrary.Load("lib_lightgbm", typeof(LightGbmBinaryTrainer).Assembly, searchPath: null);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // The loader lists every place it tried; the line that names the missing library is the one that helps.
            var lines = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(line => line.Contains(OpenMp, StringComparison.Ordinal)) ?? lines[0];
        }
    }

    private static bool RunAptGet(params IEnumerable<string> arguments)
    {
        string[] quietAndImpatient = ["-qq", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"];
        var start = new ProcessStartInfo(AptGet, [.. quietAndImpatient, .. arguments]);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
