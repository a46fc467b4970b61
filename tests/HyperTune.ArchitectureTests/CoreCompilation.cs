using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HyperTune.ArchitectureTests;

/// <summary>Compiles sources in memory, so that tests can ask what their names mean.</summary>
internal static class CoreCompilation
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    public static SyntaxTree Parse(string text, string path = "") => CSharpSyntaxTree.ParseText(text, Language, path);

    /// <summary>The core from its sources. What generators add is missing, which leaves partial methods without a body.</summary>
    public static CSharpCompilation OfCore() => Compile(
        Repository.Sources.Where(file => file.StartsWith("src/HyperTune/", StringComparison.Ordinal)).Select(file => Parse(Repository.Read(file), file)),
        static name => !name.StartsWith("HyperTune", StringComparison.Ordinal));

    /// <summary>A program that uses the packages.</summary>
    public static CSharpCompilation OfProgram(SyntaxTree program) => Compile([program], static _ => true);

    private static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees, Func<string, bool> isReference)
    {
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create(
            "Sources",
            [Parse(ImplicitUsings), .. trees],
            assemblies.Where(path => isReference(Path.GetFileNameWithoutExtension(path))).Select(path => MetadataReference.CreateFromFile(path)),
            options);
    }
}
