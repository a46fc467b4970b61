using System.Globalization;
using HyperTune.Samples.Distributed;

// Three worker processes share one study. Give URLs of storages, such as postgresql://user@host/database; without any, PostgreSQL and Redis servers of this
// run's own are used where their programs are installed, and a SQLite file.
if (args is ["worker", var url, var study, var name, var count])
{
    await Worker.RunAsync(url, study, name, int.Parse(count, CultureInfo.InvariantCulture));
    return;
}
int trials = args.Contains("--quick") ? 30 : 150;
string[] urls = [.. args.Where(argument => argument != "--quick")];
await using Servers? servers = urls.Length == 0 ? await Servers.StartAsync() : null;
foreach (string target in servers?.Urls ?? urls) await Run.OnAsync(target, trials);
