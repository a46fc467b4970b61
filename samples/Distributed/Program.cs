using System.Globalization;
using HyperTune.Samples.Distributed;

// Three worker processes share one study. Give URLs of storages, such as postgresql://user@host/database, or one that holds a password in the variable
// HYPERTUNE_STORAGE, since all users of a machine see arguments. Without any, PostgreSQL and Redis servers of this run's own are used where their programs are
// installed, and a SQLite file.
string? variable = Environment.GetEnvironmentVariable(Storages.Variable);
if (args is ["worker", var study, var name, var count])
{
    await Worker.RunAsync(variable ?? throw new InvalidOperationException($"A worker finds the storage in {Storages.Variable}, which is not set."), study, name, int.Parse(count, CultureInfo.InvariantCulture));
    return;
}
int trials = args.Contains("--quick") ? 30 : 150;
string[] urls = [.. args.Where(argument => argument != "--quick")];
if (urls.Length == 0 && !string.IsNullOrEmpty(variable)) urls = [variable];
await using Servers? servers = urls.Length == 0 ? await Servers.StartAsync() : null;
foreach (string target in servers?.Urls ?? urls) await Run.OnAsync(target, trials);
