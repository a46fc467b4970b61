using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Measures all figures of the design's section on speed in one run and prints them beside their floors.</summary>
internal static class RatiosCommand
{
    public static IReadOnlyList<string> Parts { get; } = ["tpe", "first", "cma", "evolution", "gp", "study", "memory", "pruner", "pareto", "importance", "sqlite", "postgres", "journal", "redis"];

    public static async Task RunAsync(bool isQuick, IReadOnlyList<string> parts)
    {
        WriteMachine(isQuick);
        var table = new RatioTable(Console.Out);
        if (Wants("tpe")) TpeRatios.Suggestion(table, isQuick);
        if (Wants("first")) TpeRatios.First(table, isQuick);
        if (Wants("cma"))
        {
            CmaRatios.Generation(table, isQuick);
            CmaRatios.WholeStudy(table, isQuick);
        }
        if (Wants("evolution"))
        {
            EvolutionRatios.Selection(table, isQuick);
            EvolutionRatios.WholeStudies(table, isQuick);
        }
        if (Wants("gp")) GpRatios.Suggestion(table, isQuick);
        if (Wants("study"))
        {
            StudyRatios.Random(table, isQuick);
            TpeRatios.WholeStudies(table, isQuick);
        }
        if (Wants("memory")) StudyRatios.Memory(table);
        if (Wants("pruner"))
        {
            HistoryRatios.Pruner(table, isQuick);
            HistoryRatios.Snapshot(table, isQuick);
        }
        if (Wants("pareto"))
        {
            ParetoRatios.Sorting(table, isQuick);
            ParetoRatios.Hypervolume(table, isQuick);
            ParetoRatios.Subset(table, isQuick);
        }
        if (Wants("importance")) ImportanceRatios.Run(table, isQuick);
        if (Wants("sqlite")) await SqliteRatios.RunAsync(table, isQuick);
        if (Wants("postgres")) await PostgreSqlRatios.RunAsync(table, isQuick);
        if (Wants("journal")) await JournalRatios.RunAsync(table, isQuick);
        if (Wants("redis")) await RedisRatios.RunAsync(table, isQuick);
        Console.WriteLine();
        table.Write();

        bool Wants(string part) => parts.Count == 0 || parts.Contains(part);
    }

    private static void WriteMachine(bool isQuick)
    {
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}; {Environment.ProcessorCount} cores; vectors of {width} bits; "
            + $"{(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC{(isQuick ? "; quick run, coarse figures" : "")}");
        Console.WriteLine("Times are medians of runs that take turns with their floors in one process. Ratio = measured / floor. In brackets: processor time of all threads.");
        Console.WriteLine($"Floor of a TPE suggestion: {TpeFloor.Candidates}·n·d fused multiply-adds and {TpeFloor.Candidates}·n exponentials by vector instructions over arrays of the same size.");
        Console.WriteLine("Floor of a GP suggestion: what the design allows it on one core.");
        Console.WriteLine(SqliteRatios.Durability);
        Console.WriteLine(PostgreSqlRatios.Durability);
        Console.WriteLine(JournalRatios.Durability);
        Console.WriteLine(RedisRatios.Durability);
        Console.WriteLine();
    }
}
