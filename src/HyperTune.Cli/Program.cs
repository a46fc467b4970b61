using HyperTune;
using HyperTune.Cli;

#pragma warning disable RS0030 // This is the edge where the program meets its console and its environment.
Console.OutputEncoding = System.Text.Encoding.UTF8;
var host = new CliHost
{
    Out = Console.Out,
    Error = Console.Error,
    In = Console.In,
    OpenInput = Console.OpenStandardInput,
    OpenOutput = Console.OpenStandardOutput,
    IsInputTerminal = !Console.IsInputRedirected,
    IsOutputTerminal = !Console.IsOutputRedirected,
    Variable = Environment.GetEnvironmentVariable,
    Urls = new StorageUrls().AddSqlite().AddPostgreSql().AddRedis(),
};
#pragma warning restore RS0030
return await CliProgram.RunAsync(args, host).ConfigureAwait(false);
