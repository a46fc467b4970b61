namespace HyperTune;

public sealed partial class SearchSpace
{
    /// <summary>The default values as an objective would see them, by name: those of parameters that are active under them.</summary>
    /// <remarks>A conditional parameter is active here when its ancestors have defaults, or single values, that make it so.</remarks>
    public IReadOnlyDictionary<string, object?> Defaults
    {
        get
        {
            var defaults = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
            var values = new double[_parameters.Length];
            for (int i = 0; i < values.Length; i++)
            {
                var (parameter, distribution) = (_parameters[i], _parameters[i].Distribution);
                values[i] = parameter.Default ?? (distribution.IsSingle ? distribution.GridValue(0) : double.NaN);
                if (parameter.Default is { } value && IsActive(i, values)) defaults.Add(parameter.Name, distribution.ToExternal(value));
            }
            return defaults;
        }
    }

    /// <summary>Gives parameters default values: a configuration that is known to be reasonable, which a study tries before anything else.</summary>
    /// <param name="defaults">Values by name, as the objective sees them, such as <c>("learning_rate", 1e-3)</c>. They replace former defaults of these parameters.</param>
    /// <returns>A new space with the same parameters.</returns>
    /// <exception cref="ArgumentException">The space has no such parameter, a name is given twice, or a value is not in the parameter's distribution.</exception>
    /// <remarks>
    /// A study that declares the space in <see cref="StudyOptions.SearchSpace"/> queues one trial with <see cref="Defaults"/> when it is opened and has no finished
    /// trial. Parameters without a default are drawn by the sampler.
    /// </remarks>
    public SearchSpace WithDefaults(params IEnumerable<(string Name, object? Value)> defaults)
    {
        Guard.NotNull(defaults);
        var parameters = _parameters.ToArray();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, object? value) in defaults)
        {
            int index = IndexOf(Guard.NotNull(name, nameof(defaults)));
            if (index < 0)
                throw new ArgumentException($"A default is given for '{name}', but the search space has {(Count == 0 ? "no parameters" : string.Join(", ", _indices.Keys))}. Correct the name.", nameof(defaults));
            if (!named.Add(name)) throw new ArgumentException($"The parameter '{name}' is given two defaults. Leave one of them out.", nameof(defaults));
            if (!parameters[index].Distribution.TryToInternal(value, out double internalValue))
                throw new ArgumentException($"The default {Guard.Show(value)} of '{name}' is not in {parameters[index].Distribution}. Give a value inside.", nameof(defaults));
            parameters[index] = parameters[index] with { Default = internalValue };
        }
        return new(parameters);
    }
}
