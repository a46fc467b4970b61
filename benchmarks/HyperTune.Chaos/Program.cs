using System.Globalization;
using HyperTune.Chaos;
using HyperTune.Storage;

const string Usage = """
    run [sqlite] [journal] [postgresql] [redis] [--workers 16] [--trials 5000] [--kills 100] [--waiting 500]
        worker processes share a study; some are killed with SIGKILL and started again, and the server, if there is one, is restarted once.
        Afterwards all promises are checked. Ends with 1 when one does not hold.
    """;

switch (args)
{
    case ["worker", var url, var notes, var trials, var longestTrial, var grace]:
        await using (IStorage storage = await ChaosStorages.OpenAsync(url))
        {
            await ChaosWorker.RunAsync(
                storage, notes, int.Parse(trials, CultureInfo.InvariantCulture), TimeSpan.Parse(longestTrial, CultureInfo.InvariantCulture), TimeSpan.Parse(grace, CultureInfo.InvariantCulture));
        }
        return 0;
    case ["run", .. string[] rest]:
        return await ChaosCommand.RunAsync(rest);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
