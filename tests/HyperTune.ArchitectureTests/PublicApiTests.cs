using System.Reflection;
using PublicApiGenerator;

namespace HyperTune.ArchitectureTests;

/// <summary>What is public is a promise: it changes only together with the approved text of its package.</summary>
public sealed class PublicApiTests
{
    /// <summary>Set to 1, it makes the test write the approved files instead of comparing with them.</summary>
    private const string Accept = "HYPERTUNE_ACCEPT_API";

    private const string Folder = "tests/HyperTune.ArchitectureTests/PublicApi";

    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_surface_is_the_approved_one(string package)
    {
        string surface = Assembly.Load(package).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").Trim() + "\n";
        string approved = Repository.PathOf($"{Folder}/{package}.approved.txt");
        string received = Repository.PathOf($"{Folder}/{package}.received.txt");

        if (Environment.GetEnvironmentVariable(Accept) == "1") File.WriteAllText(approved, surface);
        File.Delete(received);
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == surface) return;
        File.WriteAllText(received, surface);
        Assert.Fail($"The public surface of {package} is not the approved one. See the difference:\n  git diff --no-index {Folder}/{package}.approved.txt {Folder}/{package}.received.txt\n"
            + $"If it is meant, accept it by running this test with {Accept}=1, and say so in docs/CHANGELOG.md.");
    }

    [Fact]
    public void Every_approved_file_belongs_to_a_package() =>
        Assert.Empty(Directory.EnumerateFiles(Repository.PathOf(Folder), "*.approved.txt").Select(file => Path.GetFileName(file).Replace(".approved.txt", "", StringComparison.Ordinal)).Except(Repository.Packages));
}
