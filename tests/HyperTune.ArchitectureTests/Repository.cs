using System.Diagnostics;

namespace HyperTune.ArchitectureTests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Unchecked = ["bin", "obj", ".git", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = Find();

    /// <summary>The repository's files with forward slashes, relative to the root; what version control ignores is left out.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. (Listed() ?? Walked()).Order(StringComparer.Ordinal)];

    /// <summary>The files of the packages, generated ones left out.</summary>
    public static IEnumerable<string> Sources => Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>The projects under some folders.</summary>
    public static IEnumerable<string> Projects(params string[] folders) =>
        Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && folders.Contains(file.Split('/')[0]));

    /// <summary>The names of everything that is published.</summary>
    public static IEnumerable<string> Packages => Projects("src").Select(project => Path.GetFileNameWithoutExtension(project)).Append("HyperTune.Testing");

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HyperTune.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException($"There is no HyperTune.sln above {AppContext.BaseDirectory}. Run the tests from a checkout.");
    }

    /// <summary>What git knows or would add; null where there is no git or no repository.</summary>
    private static string[]? Listed()
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process git = Process.Start(start)!;
            git.ErrorDataReceived += static (_, _) => { };
            git.BeginErrorReadLine();
            string files = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode != 0 ? null : [.. files.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct().Where(file => File.Exists(PathOf(file)))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> Walked() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(Unchecked.Contains) && !file.EndsWith(".received.txt", StringComparison.Ordinal));
}
