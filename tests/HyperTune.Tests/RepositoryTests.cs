namespace HyperTune.Tests;

public sealed class RepositoryTests
{
    [Fact]
    public void Golden_data_is_there() => Assert.True(File.Exists(HyperTune.Testing.GoldenFile.PathOf("golden/tpe_parzen.json")));
}
