using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HyperTune.ArchitectureTests;

/// <summary>What the repository looks like.</summary>
public sealed partial class RepositoryRuleTests
{
    private static readonly string[] TopLevel =
        ["src", "tests", "samples", "benchmarks", "docs", "HyperTune.sln", "Directory.Build.props", "Directory.Packages.props", "global.json", "README.md", "LICENSE"];

    private static readonly string[] VagueNames = ["Utils", "Util", "Helpers", "Helper", "Common", "Misc"];

    private static readonly string[] Texts = [".cs", ".csproj", ".props", ".targets", ".md", ".sh", ".txt", ".json", ".yml", ".sln", ".editorconfig", ".gitignore", "run"];

    [Fact]
    public void The_root_holds_only_what_belongs_there() =>
        Assert.Empty(Repository.Files.Select(file => file.Split('/')[0]).Distinct().Where(entry => !entry.StartsWith('.')).Except(TopLevel));

    [Fact]
    public void No_file_names_a_package_source()
    {
        Assert.DoesNotContain(Repository.Files, file => Path.GetFileName(file).Equals("nuget.config", StringComparison.OrdinalIgnoreCase));
        string[] properties = ["RestoreSources", "RestoreAdditionalProjectSources", "RestoreConfigFile"];
        foreach (string file in Repository.Files.Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets"))
            Assert.DoesNotContain(XDocument.Parse(Repository.Read(file)).Descendants(), element => properties.Contains(element.Name.LocalName));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = Repository.Read("HyperTune.sln").Replace('\\', '/');
        Assert.All(Repository.Projects("src", "tests", "samples", "benchmarks"), project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_package_has_a_description_a_readme_and_a_licence()
    {
        string[] shared = [.. XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants().Where(element => element.Value.Length > 0).Select(element => element.Name.LocalName)];
        Assert.Contains("PackageLicenseExpression", shared);
        Assert.Contains("PackageReadmeFile", shared);
        Assert.Contains("PackageTags", shared);
        foreach (string project in Repository.Projects("src"))
            Assert.True(XDocument.Parse(Repository.Read(project)).Descendants("Description").Any(element => element.Value.Length > 20), $"{project} has no description.");
    }

    [Fact]
    public void A_file_has_at_most_one_public_type_and_its_name()
    {
        var problems = new List<string>();
        foreach (string file in Repository.Sources)
        {
            string[] types = [.. PublicTypes(file).Distinct()];
            string name = Path.GetFileName(file).Split('.')[0];
            if (types.Length > 1) problems.Add($"{file} has {types.Length} public types: {string.Join(", ", types)}.");
            if (types.Length == 1 && types[0] != name) problems.Add($"{file} has the public type {types[0]}.");
        }
        Assert.Empty(problems);
    }

    [Fact]
    public void No_folder_or_type_of_a_package_has_a_name_that_says_nothing() =>
        Assert.DoesNotContain(Repository.Sources, file => file.Split('/').Select(part => Path.GetFileNameWithoutExtension(part)).Any(VagueNames.Contains));

    [Fact]
    public void No_file_names_a_path_of_somebodys_machine() =>
        Assert.DoesNotContain(
            Repository.Files.Where(file => Texts.Contains(Path.GetExtension(file)) || Texts.Contains(Path.GetFileName(file))),
            file => MachinePath().IsMatch(Repository.Read(file)));

    private static IEnumerable<string> PublicTypes(string file)
    {
        SyntaxNode root = CoreCompilation.Parse(Repository.Read(file)).GetRoot();
        foreach (MemberDeclarationSyntax member in root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<MemberDeclarationSyntax>())
        {
            if (!member.Modifiers.Any(SyntaxKind.PublicKeyword)) continue;
            if (member is BaseTypeDeclarationSyntax type) yield return type.Identifier.Text;
            if (member is DelegateDeclarationSyntax function) yield return function.Identifier.Text;
        }
    }

    [GeneratedRegex(@"(?<![\w.])/(home|Users|root|work)/\w|[A-Za-z]:\\+Users\\")]
    private static partial Regex MachinePath();
}
