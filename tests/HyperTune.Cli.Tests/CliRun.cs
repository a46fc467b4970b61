namespace HyperTune.Cli.Tests;

/// <summary>What one run of the program wrote and ended with.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public AttributeValue Json => AttributeValue.Parse(Out);
}
