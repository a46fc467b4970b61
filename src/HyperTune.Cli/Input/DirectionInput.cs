using System.CommandLine.Parsing;

namespace HyperTune.Cli.Input;

/// <summary>Directions as they are written on a command line, also with Optuna's names.</summary>
internal static class DirectionInput
{
    /// <summary>Reads a direction; an unknown one becomes an error of the command line.</summary>
    public static Direction Read(string text, SymbolResult result)
    {
        switch (text.ToUpperInvariant())
        {
            case "MINIMIZE": return Direction.Minimize;
            case "MAXIMIZE": return Direction.Maximize;
        }
        result.AddError($"'{text}' is no direction. Give minimize or maximize.");
        return default;
    }
}
