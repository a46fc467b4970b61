namespace HyperTune.Storage.Relational;

/// <summary>Enumerations and non-finite numbers in the form of Optuna's schema.</summary>
internal static class StoredValues
{
    public const string Running = "RUNNING";
    public const string Waiting = "WAITING";

    private const string Finite = "FINITE";
    private const string PositiveInfinity = "INF_POS";
    private const string NegativeInfinity = "INF_NEG";
    private const string NotANumber = "NAN";

    public static string NameOf(TrialState state) => state switch
    {
        TrialState.Running => Running,
        TrialState.Complete => "COMPLETE",
        TrialState.Pruned => "PRUNED",
        TrialState.Failed => "FAIL",
        TrialState.Waiting => Waiting,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state."),
    };

    public static TrialState? StateOf(string? name) => name switch
    {
        Running => TrialState.Running,
        "COMPLETE" => TrialState.Complete,
        "PRUNED" => TrialState.Pruned,
        "FAIL" => TrialState.Failed,
        Waiting => TrialState.Waiting,
        _ => null,
    };

    public static string NameOf(Direction direction) => direction == Direction.Minimize ? "MINIMIZE" : "MAXIMIZE";

    public static Direction? DirectionOf(string? name) => name switch
    {
        "MINIMIZE" => Direction.Minimize,
        "MAXIMIZE" => Direction.Maximize,
        _ => null,
    };

    /// <summary>The two cells of a number that need not be finite. Optuna insists on null beside a type that is not FINITE.</summary>
    public static (object? Value, string Type) Encode(double number)
    {
        if (double.IsFinite(number)) return (number, Finite);
        if (double.IsNaN(number)) return (null, NotANumber);
        return (null, number > 0 ? PositiveInfinity : NegativeInfinity);
    }

    /// <summary>The number of two such cells; null if they make no sense.</summary>
    public static double? Decode(double? number, string? type) => type switch
    {
        Finite => number,
        PositiveInfinity => double.PositiveInfinity,
        NegativeInfinity => double.NegativeInfinity,
        NotANumber => double.NaN,
        _ => null,
    };
}
