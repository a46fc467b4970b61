using System.Globalization;
using HyperTune.Samples.Distributed;

// Three worker processes share one study. Give URLs of storages, such as postgresql://user@host/database; without any, a file and what servers are found here are used.
if (args is ["worker", var url, var study, var name, var count])
{
    await Worker.RunAsync(url, study, name, int.Parse(count, CultureInfo.InvariantCulture));
    return;
}
int trials = args.Contains("--quick") ? 30 : 150;
string[] urls = [.. args.Where(argument => argument != "--quick")];
await using var servers = await Servers.StartAsync(urls);
foreach (string target in servers.Urls) await Run.OnAsync(target, trials);
