using System.CommandLine.Parsing;

namespace HyperTune.Cli.Input;

/// <summary>States of trials as they are written on a command line, also with Optuna's names.</summary>
internal static class StateInput
{
    public const string Names = "running|complete|pruned|fail|waiting";

    /// <summary>Reads a state; an unknown one becomes an error of the command line.</summary>
    public static TrialState? Read(string text, SymbolResult result)
    {
        TrialState? state = text.ToUpperInvariant() switch
        {
            "RUNNING" => TrialState.Running,
            "COMPLETE" => TrialState.Complete,
            "PRUNED" => TrialState.Pruned,
            "FAIL" or "FAILED" => TrialState.Failed,
            "WAITING" => TrialState.Waiting,
            _ => null,
        };
        if (state is null) result.AddError($"'{text}' is no state of a trial. Give one of {Names.Replace("|", ", ", StringComparison.Ordinal)}.");
        return state;
    }
}
