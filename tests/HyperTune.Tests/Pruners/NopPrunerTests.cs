using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class NopPrunerTests : PrunerContract
{
    protected override bool Prunes => false;

    protected override IPruner Create() => new NopPruner();
}
