using System.Globalization;

namespace HyperTune.Samples.BreastCancer;

/// <summary>What the command line says.</summary>
/// <param name="Trials">Trials of the whole study, those of earlier starts included; null for what takes about a minute.</param>
/// <param name="IsQuick">Whether to only show that everything works: few trials, one round of cross-validation.</param>
internal sealed record SampleOptions(int? Trials, bool IsQuick)
{
    public const string Usage = "Usage: BreastCancer [--trials N] [--quick]";

    private const int QuickTrials = 8;
    private const int Rounds = 3;

    /// <summary>Rounds of five-fold cross-validation for each trial.</summary>
    public int CrossValidationRounds => IsQuick ? 1 : Rounds;

    /// <summary>Trials of the whole study with this trainer.</summary>
    public int TrialsFor(Trainer trainer) => Trials ?? (IsQuick ? QuickTrials : trainer.Trials);

    /// <summary>Reads the command line; null when it cannot be understood.</summary>
    public static SampleOptions? Parse(string[] arguments)
    {
        var options = new SampleOptions(Trials: null, IsQuick: false);
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick")
            {
                options = options with { IsQuick = true };
            }
            else if (arguments[i] == "--trials" && i + 1 < arguments.Length
                && int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int trials) && trials > 0)
            {
                options = options with { Trials = trials };
                i++;
            }
            else
            {
                return null;
            }
        }
        return options;
    }
}
