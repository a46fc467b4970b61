namespace HyperTune;

public sealed partial class SearchSpace
{
    /// <summary>Adds a range of doubles.</summary>
    /// <param name="name">The name, unique inside the space; 1 to 512 characters.</param>
    /// <param name="low">The smallest value; finite, above 0 on a logarithmic scale.</param>
    /// <param name="high">The largest value; finite, at least <paramref name="low"/>.</param>
    /// <param name="log">Whether values spread evenly over the logarithm. Not together with a step.</param>
    /// <param name="step">The distance of neighbouring values, above 0; null for a continuous range.</param>
    /// <param name="when">When the parameter is active, such as <c>("kernel", ["poly"])</c>; null for always.</param>
    /// <returns>A new space with the parameter at its end.</returns>
    /// <exception cref="ArgumentException">One of these rules is broken, or the condition names no earlier parameter or none of its values.</exception>
    public SearchSpace AddDouble(string name, double low, double high, bool log = false, double? step = null, ParameterCondition? when = null) =>
        Append(new(Guard.Name(name), FloatDistribution.For(name, low, high, log, step), when));

    /// <summary>Adds a range of whole numbers.</summary>
    /// <param name="name">The name, unique inside the space; 1 to 512 characters.</param>
    /// <param name="low">The smallest value; within ±2^53, at least 1 on a logarithmic scale.</param>
    /// <param name="high">The largest value; within ±2^53, at least <paramref name="low"/>.</param>
    /// <param name="log">Whether values spread evenly over the logarithm. Only with a step of 1.</param>
    /// <param name="step">The distance of neighbouring values, at least 1.</param>
    /// <param name="when">When the parameter is active, such as <c>("kernel", ["poly"])</c>; null for always.</param>
    /// <returns>A new space with the parameter at its end.</returns>
    /// <exception cref="ArgumentException">One of these rules is broken, or the condition names no earlier parameter or none of its values.</exception>
    public SearchSpace AddInt(string name, long low, long high, bool log = false, long step = 1, ParameterCondition? when = null) =>
        Append(new(Guard.Name(name), IntDistribution.For(name, low, high, log, step), when));

    /// <summary>Adds a list of choices.</summary>
    /// <typeparam name="T">The type of the choices; <c>object?</c> for mixed ones.</typeparam>
    /// <param name="name">The name, unique inside the space; 1 to 512 characters.</param>
    /// <param name="choices">At least one of null, bools, numbers and texts; no two equal in the sense of <see cref="CategoricalDistribution"/>.</param>
    /// <param name="when">When the parameter is active, such as <c>("kernel", ["poly"])</c>; null for always.</param>
    /// <returns>A new space with the parameter at its end.</returns>
    /// <exception cref="ArgumentException">One of these rules is broken, or the condition names no earlier parameter or none of its values.</exception>
    public SearchSpace AddCategorical<T>(string name, IEnumerable<T> choices, ParameterCondition? when = null) =>
        Append(new(Guard.Name(name), CategoricalDistribution.For(name, Guard.NotNull(choices).Select(choice => (object?)choice)), when));

    /// <summary>Adds a parameter of any distribution.</summary>
    /// <param name="name">The name, unique inside the space; 1 to 512 characters.</param>
    /// <param name="distribution">The values that it can take.</param>
    /// <param name="when">When the parameter is active, such as <c>("kernel", ["poly"])</c>; null for always.</param>
    /// <returns>A new space with the parameter at its end.</returns>
    /// <exception cref="ArgumentException">The name cannot be stored or is taken, or the condition names no earlier parameter or none of its values.</exception>
    public SearchSpace Add(string name, Distribution distribution, ParameterCondition? when = null) =>
        Append(new(Guard.Name(name), Guard.NotNull(distribution), when));

    private SearchSpace Append(SearchSpaceParameter parameter) => new([.. _parameters, parameter]);
}
