using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace HyperTune.ArchitectureTests;

/// <summary>What is inside the packages. Explicit: packing comes first, which the build on the server does.</summary>
public sealed class PackageContentTests
{
    /// <summary>The folder of the packed packages.</summary>
    private const string Packed = "HYPERTUNE_PACKAGES";

    /// <summary>A folder of packages that were built from the same sources elsewhere.</summary>
    private const string PackedAgain = "HYPERTUNE_PACKAGES_AGAIN";

    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory(Explicit = true)]
    [MemberData(nameof(Packages))]
    public void A_package_has_what_its_users_need(string package)
    {
        using ZipArchive archive = Open(Packed, package);
        XElement metadata = XDocument.Load(archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open()).Root!.Elements().Single();
        XElement? Field(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

        Assert.Equal("README.md", Field("readme")?.Value);
        Assert.NotNull(archive.GetEntry("README.md"));
        Assert.Equal("expression", Field("license")?.Attribute("type")?.Value);
        Assert.Equal("MIT", Field("license")?.Value);
        Assert.True(Field("description")?.Value is { Length: > 20 } description && description != "Package Description", "The package has no description.");
        Assert.False(string.IsNullOrEmpty(Field("tags")?.Value));
        Assert.NotEmpty(Libraries(archive));
        foreach (ZipArchiveEntry library in Libraries(archive))
        {
            Assert.NotNull(archive.GetEntry(Path.ChangeExtension(library.FullName, ".xml")));
            using var image = new PEReader(new MemoryStream(Read(library)));
            Assert.Contains(image.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            Assert.Contains(image.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Packages))]
    public void A_package_built_in_another_folder_holds_the_same_libraries(string package)
    {
        using ZipArchive one = Open(Packed, package), other = Open(PackedAgain, package);
        Assert.Equal(Hashes(one), Hashes(other));
    }

    private static IEnumerable<string> Hashes(ZipArchive archive) => Libraries(archive).Select(entry => $"{entry.FullName} {Convert.ToHexString(SHA256.HashData(Read(entry)))}");

    /// <summary>The package's own libraries; a tool brings those that it depends on along.</summary>
    private static IEnumerable<ZipArchiveEntry> Libraries(ZipArchive archive) => archive.Entries.Where(entry => entry.FullName.EndsWith(".dll", StringComparison.Ordinal)
        && (entry.FullName.StartsWith("lib/", StringComparison.Ordinal) || (entry.FullName.StartsWith("tools/", StringComparison.Ordinal) && entry.Name.StartsWith("HyperTune", StringComparison.Ordinal))));

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static ZipArchive Open(string variable, string package)
    {
        string folder = Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"Set {variable} to a folder of packages.");
        string file = Directory.EnumerateFiles(folder, $"{package}.*.nupkg").Single(path => char.IsAsciiDigit(Path.GetFileName(path)[package.Length + 1]));
        return ZipFile.OpenRead(file);
    }
}
