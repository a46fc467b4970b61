namespace HyperTune;

/// <summary>Views of a <see cref="ParameterSet"/> as dictionaries that keep its order.</summary>
internal static class ParameterSetExtensions
{
    public static OrderedDictionary<string, T> ToOrderedDictionary<T>(this ParameterSet parameters, Func<Parameter, T> value)
    {
        var dictionary = new OrderedDictionary<string, T>(parameters.Count, StringComparer.Ordinal);
        foreach (Parameter parameter in parameters) dictionary.Add(parameter.Name, value(parameter));
        return dictionary;
    }
}
