using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HyperTune.ArchitectureTests;

/// <summary>Inside the core, the folders know one another in one direction only.</summary>
public sealed class FolderArrowTests
{
    /// <summary>A partial method whose body a source generator writes.</summary>
    private const string NoBody = "CS8795";

    private static readonly string[] Base = ["", "Attributes", "Numerics", "Distributions"];
    private static readonly string[] Facts = [.. Base, "Trials"];
    private static readonly string[] Readers = [.. Facts, "Errors", "History"];
    private static readonly string[] Algorithms = [.. Readers, "Spaces", "Pareto", "Noise"];

    /// <summary>What the sources of each folder may name, besides those of the folder itself. The root's name is empty.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [""] = [],
        ["Numerics"] = [""],
        // An exception carries what it is about. What throws one lies above.
        ["Errors"] = ["", "Attributes", "Distributions", "Trials"],
        ["Attributes"] = ["", "Numerics"],
        ["Distributions"] = ["", "Attributes", "Numerics"],
        ["Trials"] = Base,
        ["History"] = [.. Facts, "Errors"],
        ["Spaces"] = Readers,
        ["Pareto"] = Readers,
        ["Noise"] = Readers,
        ["Samplers"] = Algorithms,
        ["Pruners"] = Algorithms,
        ["Importance"] = Algorithms,
        // A regret is bounded by the model of the Gaussian process sampler.
        ["Termination"] = [.. Algorithms, "Samplers"],
        ["Diagnostics"] = Facts,
        ["Storage"] = [.. Readers, "Diagnostics"],
        ["Studies"] = [.. Algorithms, "Samplers", "Pruners", "Importance", "Termination", "Storage", "Diagnostics"],
    };

    private static readonly Lazy<CSharpCompilation> Core = new(CoreCompilation.OfCore);

    [Fact]
    public void The_sources_compile_so_that_every_name_is_known() =>
        Assert.Empty(Core.Value.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != NoBody)
            .Select(diagnostic => diagnostic.ToString()));

    [Fact]
    public void Folders_name_only_what_lies_below_them()
    {
        string[] violations = [.. Violations().Distinct().Order(StringComparer.Ordinal)];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }

    [Fact]
    public void Namespaces_are_that_of_the_folder_or_the_common_one()
    {
        foreach (SyntaxTree tree in Core.Value.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            string folder = Path.GetDirectoryName(tree.FilePath)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
            foreach (BaseNamespaceDeclarationSyntax declared in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
                Assert.True(declared.Name.ToString() == "HyperTune" || declared.Name.ToString() == folder, $"{tree.FilePath} has the namespace {declared.Name}, not HyperTune or {folder}.");
        }
    }

    private static IEnumerable<string> Violations()
    {
        foreach (SyntaxTree tree in Core.Value.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            string user = FolderOf(tree.FilePath);
            if (!Allowed.TryGetValue(user, out string[]? allowed))
            {
                yield return $"The folder {user} has no arrows. Add them, here and in docs/architecture.md.";
                continue;
            }
            SemanticModel model = Core.Value.GetSemanticModel(tree);
            // Documentation is trivia and is not descended into: what it links to may lie above.
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name).Symbol is not { Kind: not SymbolKind.Namespace } symbol) continue;
                foreach (SyntaxReference declaration in symbol.OriginalDefinition.DeclaringSyntaxReferences)
                {
                    string used = FolderOf(declaration.SyntaxTree.FilePath);
                    if (used != user && !allowed.Contains(used))
                        yield return $"{tree.FilePath} uses {symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)} of {declaration.SyntaxTree.FilePath}";
                }
            }
        }
    }

    private static string FolderOf(string file)
    {
        string[] parts = file.Split('/');
        return parts.Length > 3 ? parts[2] : "";
    }
}
