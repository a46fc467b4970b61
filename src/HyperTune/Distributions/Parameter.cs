namespace HyperTune;

/// <summary>A parameter of a trial: its name, where its value was drawn from, and the value in internal form.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Distribution">The distribution of the value.</param>
/// <param name="Value">The internal value: the number itself, or the index of a choice.</param>
public readonly record struct Parameter(string Name, Distribution Distribution, double Value)
{
    /// <summary>The value as the objective sees it: a <see cref="double"/>, a <see cref="long"/> or the choice itself.</summary>
    public object? External => Distribution.ToExternal(Value);
}
