namespace HyperTune.Benchmarks.Ratios;

/// <summary>The SQLite storage beside bare ADO.NET.</summary>
internal static class SqliteRatios
{
    public static string Durability => "In-memory studies are not durable.";

    public static Task RunAsync(RatioTable table, bool isQuick) => Task.CompletedTask;
}
