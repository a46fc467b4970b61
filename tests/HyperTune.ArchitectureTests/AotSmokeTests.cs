using System.Runtime.InteropServices;

namespace HyperTune.ArchitectureTests;

/// <summary>The core works in an application that is trimmed and compiled ahead of time.</summary>
public sealed class AotSmokeTests
{
    private const string Project = "tests/HyperTune.AotSmoke/HyperTune.AotSmoke.csproj";

    [Fact]
    public async Task A_study_runs_in_a_program_compiled_ahead_of_time()
    {
        RequireToolchain();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        // Outputs of its own, so that publishing for one platform leaves the outputs of the solution alone.
        string artifacts = Repository.PathOf("artifacts/aot"), output = Path.Combine(artifacts, "program");
        string[] arguments =
        [
            "publish", Repository.PathOf(Project), "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
            "--artifacts-path", artifacts, "--output", output, "--nologo", "-nodeReuse:false",
        ];

        ProcessRun published = await ProcessRun.StartAsync("dotnet", arguments, cancellationToken);
        Assert.True(published.ExitCode == 0 && !published.Output.Contains(": warning ", StringComparison.Ordinal), published.Output);

        ProcessRun run = await ProcessRun.StartAsync(Path.Combine(output, OperatingSystem.IsWindows() ? "HyperTune.AotSmoke.exe" : "HyperTune.AotSmoke"), [], cancellationToken);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal("OK", run.Output.Trim());
    }

    /// <summary>Skips without a C toolchain, except where all tests have to run.</summary>
    private static void RequireToolchain()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()) return;
        string[] missing = [.. new[] { IsOnPath("clang") || IsOnPath("gcc") ? "" : "clang or gcc", File.Exists("/usr/include/zlib.h") ? "" : "the headers of zlib" }.Where(name => name.Length > 0)];
        if (missing.Length == 0) return;
        string reason = $"Compiling ahead of time needs {string.Join(" and ", missing)}. As root, tests/run.sh installs them.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
