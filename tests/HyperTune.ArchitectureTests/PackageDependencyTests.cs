using System.Xml.Linq;

namespace HyperTune.ArchitectureTests;

/// <summary>Each package depends on what the table of packages says, and on nothing else.</summary>
public sealed class PackageDependencyTests
{
    /// <summary>What each project may name; what those bring along comes with them.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["HyperTune"] = ["MathNet.Numerics", "System.Numerics.Tensors", "Microsoft.Extensions.Logging.Abstractions", "HyperTune.SpaceGenerator"],
        ["HyperTune.Storage.Relational"] = ["HyperTune", "Microsoft.EntityFrameworkCore.Relational"],
        ["HyperTune.Storage.Sqlite"] = ["HyperTune.Storage.Relational", "Microsoft.EntityFrameworkCore.Sqlite"],
        ["HyperTune.Storage.PostgreSql"] = ["HyperTune.Storage.Relational", "Npgsql.EntityFrameworkCore.PostgreSQL"],
        ["HyperTune.Storage.Redis"] = ["HyperTune", "StackExchange.Redis", "Polly.Core"],
        ["HyperTune.Plotting"] = ["HyperTune", "ScottPlot"],
        ["HyperTune.MetaLearning"] = ["HyperTune"],
        ["HyperTune.Monitoring"] = ["HyperTune"],
        ["HyperTune.ML"] = ["HyperTune", "HyperTune.MetaLearning", "Microsoft.ML", "Microsoft.ML.FastTree", "Microsoft.ML.LightGbm"],
        ["HyperTune.SpaceGenerator"] = ["Microsoft.CodeAnalysis.CSharp", "Microsoft.CodeAnalysis.Analyzers"],
        ["HyperTune.Hosting"] = ["HyperTune", "HyperTune.Monitoring", "Microsoft.Extensions.Hosting.Abstractions"],
        ["HyperTune.Cluster"] = ["HyperTune"],
        ["HyperTune.Cluster.Slurm"] = ["HyperTune", "HyperTune.Cluster"],
        ["HyperTune.Cluster.Kubernetes"] = ["HyperTune", "HyperTune.Cluster", "KubernetesClient"],
        ["HyperTune.Cli"] =
        [
            "HyperTune", "HyperTune.Storage.Sqlite", "HyperTune.Storage.PostgreSql", "HyperTune.Storage.Redis", "HyperTune.Plotting", "HyperTune.MetaLearning",
            "HyperTune.Monitoring", "HyperTune.Cluster", "HyperTune.Cluster.Slurm", "HyperTune.Cluster.Kubernetes", "System.CommandLine", "Spectre.Console",
        ],
    };

    public static TheoryData<string> Projects => [.. Repository.Projects("src")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_package_depends_only_on_what_the_table_allows(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out string[]? allowed), $"{name} is not in the table of packages. Add its row, here and in docs/architecture.md.");

        Assert.Empty(References(project).Except(allowed));
    }

    [Fact]
    public void The_core_has_no_sibling_but_its_generator() =>
        Assert.DoesNotContain(References("src/HyperTune/HyperTune.csproj"), name => name.StartsWith("HyperTune", StringComparison.Ordinal) && name != "HyperTune.SpaceGenerator");

    private static IEnumerable<string> References(string project)
    {
        foreach (XElement reference in XDocument.Parse(Repository.Read(project)).Descendants())
        {
            if (reference.Attribute("Include")?.Value is not { } include) continue;
            if (reference.Name.LocalName == "PackageReference") yield return include;
            if (reference.Name.LocalName == "ProjectReference") yield return Path.GetFileNameWithoutExtension(include.Replace('\\', '/'));
        }
    }
}
