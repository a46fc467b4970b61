namespace HyperTune.Spaces;

/// <summary>What the trials of a study show of one parameter: where it occurs, and where each of its values does if it can be a parent.</summary>
/// <param name="name">The parameter's name.</param>
/// <param name="distribution">That of the first trial.</param>
/// <param name="isEverywhere">Whether no trial was seen before.</param>
internal sealed class SeenParameter(string name, Distribution distribution, bool isEverywhere)
{
    /// <summary>A parameter with more values seen is no parent: too few trials would speak for each.</summary>
    private const int MostValues = 16;

    private readonly List<(double Value, ulong Patterns)> _values = [];
    private bool _canBeParent = distribution is not FloatDistribution;

    public string Name => name;

    public Distribution Distribution => distribution;

    /// <summary>Whether trials have different distributions under the name.</summary>
    public bool Clashes { get; private set; }

    /// <summary>Whether all trials have the parameter.</summary>
    public bool IsEverywhere { get; set; } = isEverywhere;

    /// <summary>The patterns of names that have the parameter.</summary>
    public ulong Patterns { get; set; }

    public int ValueCount => _values.Count;

    /// <summary>Takes in the distribution of another trial.</summary>
    /// <returns>Whether the parameter clashes from now on.</returns>
    public bool Note(Distribution other)
    {
        if (Clashes || ReferenceEquals(distribution, other) || distribution.Equals(other)) return false;
        return Clashes = true;
    }

    /// <summary>Takes in a value of a trial with some pattern.</summary>
    /// <returns>Whether it was not seen there before.</returns>
    public bool Note(double value, ulong pattern)
    {
        if (!_canBeParent || Clashes) return false;
        for (int i = 0; i < _values.Count; i++)
        {
            if (_values[i].Value != value) continue;
            if ((_values[i].Patterns & pattern) != 0) return false;
            _values[i] = (value, _values[i].Patterns | pattern);
            return true;
        }
        if (_values.Count < MostValues && CanBeCondition(value)) _values.Add((value, pattern));
        else _canBeParent = false;
        return true;
    }

    /// <summary>Whether another parameter occurs exactly under some of this one's values, and not under all.</summary>
    public bool CanExplain(SeenParameter child)
    {
        if (!_canBeParent || Clashes || (child.Patterns & ~Patterns) != 0 || child.Patterns == Patterns) return false;
        foreach ((_, ulong patterns) in _values)
        {
            if ((patterns & child.Patterns) != 0 && (patterns & ~child.Patterns) != 0) return false;
        }
        return true;
    }

    /// <summary>The condition under which a parameter that this one can explain is active.</summary>
    public ParameterCondition ConditionFor(SeenParameter child) =>
        new(name, _values.Where(entry => (entry.Patterns & child.Patterns) != 0).Select(entry => entry.Value).Order().Select(distribution.ToExternal));

    /// <summary>Whether a condition can name a value: stored choices may be equal to each other, or of kinds that none can name, and numbers out of range.</summary>
    private bool CanBeCondition(double value) =>
        distribution.Contains(value) && distribution.TryToInternal(distribution.ToExternal(value), out double back) && back == value;
}
