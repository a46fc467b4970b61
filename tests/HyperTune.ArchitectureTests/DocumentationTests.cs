using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HyperTune.ArchitectureTests;

/// <summary>What the documentation shows compiles, and its links lead somewhere.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>A name that does not exist: snippets call functions of the reader, such as one that trains a model.</summary>
    private const string UnknownName = "CS0103";

    /// <summary>What snippets may use without declaring it.</summary>
    private const string Surroundings =
        """
        static Study study = null!;
        static Trial trial = null!;
        static HyperTune.Storage.IStorage storage = null!;
        static HyperTune.History.StudyHistory history = null!;
        static CancellationToken cancellationToken;
        """;

    public static TheoryData<string> Pages => [.. Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal) && (file == "README.md" || file.StartsWith("docs/", StringComparison.Ordinal)))];

    [Fact]
    public void The_first_example_of_the_README_is_the_quick_start_sample() =>
        Assert.Equal(Repository.Read("samples/QuickStart/Program.cs").ReplaceLineEndings("\n"), Snippets("README.md").First());

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_snippets_of_a_page_compile(string page)
    {
        foreach (string snippet in Snippets(page))
        {
            IEnumerable<Diagnostic> errors = CoreCompilation.OfProgram(Wrap(snippet)).GetDiagnostics(TestContext.Current.CancellationToken)
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != UnknownName);
            Assert.True(!errors.Any(), $"In {page}:\n{snippet}\n{string.Join('\n', errors)}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_links_of_a_page_lead_to_files(string page)
    {
        string folder = Path.GetDirectoryName(Repository.PathOf(page))!;
        IEnumerable<string> broken = Links().Matches(Repository.Read(page))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])));
        Assert.Empty(broken);
    }

    private static IEnumerable<string> Snippets(string page) =>
        Blocks().Matches(Repository.Read(page).ReplaceLineEndings("\n")).Select(match => match.Groups["code"].Value);

    /// <summary>Puts statements into a method, beside the types of the snippet and below its usings.</summary>
    private static SyntaxTree Wrap(string snippet)
    {
        var unit = (CompilationUnitSyntax)CoreCompilation.Parse(snippet).GetRoot();
        string statements = string.Concat(unit.Members.OfType<GlobalStatementSyntax>().Select(statement => statement.ToFullString()));
        string types = string.Concat(unit.Members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString()));
        return CoreCompilation.Parse(
            $$"""
            {{unit.Usings.ToFullString()}}
            using HyperTune;
            using Xunit;
            {{types}}
            static class Snippet
            {
                {{Surroundings}}
                static async Task Run()
                {
                    await Task.CompletedTask;
                    {{statements}}
                }
            }
            """);
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Links();
}
