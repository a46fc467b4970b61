namespace HyperTune;

/// <content>What the parameters have done.</content>
public sealed partial class Study
{
    /// <summary>How much each parameter matters, as of the last refresh. <see cref="ParameterImportances"/> says which trials count.</summary>
    /// <param name="options">What to ask and how; the defaults if null.</param>
    /// <exception cref="ArgumentException">The options name an objective or parameter that there is not, contradict one another, or their evaluator cannot explain several objectives.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two usable trials, they have no parameters, or their values do not differ.</exception>
    public ParameterImportances Importance(ImportanceOptions? options = null) => ParameterImportances.Of(History, options);

    /// <summary>How much each pair of parameters does together, as of the last refresh.</summary>
    /// <param name="options">What to ask and how; the defaults if null.</param>
    /// <exception cref="ArgumentException">The evaluator is not <see cref="FanovaImportance"/>; or as for <see cref="Importance"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Importance"/>.</exception>
    public ParameterInteractions Interactions(ImportanceOptions? options = null) => ParameterInteractions.Of(History, options);
}
