namespace HyperTune.Spaces;

/// <summary>The parameters that are active together under some values of their parents, as a flat space. Immutable.</summary>
internal sealed class SpaceBranch
{
    private readonly ActiveParameter[] _active;
    private readonly Dictionary<string, double[]> _allowed = new(StringComparer.Ordinal);

    /// <param name="index">The place among the tree's branches.</param>
    /// <param name="active">All active parameters, in the tree's order.</param>
    public SpaceBranch(int index, IEnumerable<ActiveParameter> active)
    {
        Index = index;
        _active = [.. active];
        var several = new List<SearchSpaceParameter>(_active.Length);
        var single = new List<Parameter>();
        foreach ((string name, Distribution distribution, double[]? allowed) in _active)
        {
            if (distribution.IsSingle) single.Add(new(name, distribution, distribution.GridValue(0)));
            else if (allowed is [var only]) single.Add(new(name, distribution, only));
            else
            {
                several.Add(new(name, distribution));
                if (allowed is not null) _allowed.Add(name, allowed);
            }
        }
        Space = SearchSpace.Create(several);
        Fixed = ParameterSet.Of(single);
    }

    /// <summary>The place among the tree's branches, from 0.</summary>
    public int Index { get; }

    /// <summary>The active parameters that can take several values here, without conditions and in the tree's order.</summary>
    public SearchSpace Space { get; }

    /// <summary>The active parameters that can take one value only: parents that lead here by one value, and distributions of a single value.</summary>
    public ParameterSet Fixed { get; }

    /// <summary>The internal values that a parent in <see cref="Space"/> may take here, ascending; null where it may take all of its distribution.</summary>
    public double[]? AllowedOf(string name) => _allowed.GetValueOrDefault(name);

    /// <summary>Whether a trial has all active parameters, with values that they may take here. It may have others besides.</summary>
    public bool Holds(ParameterSet parameters)
    {
        foreach ((string name, Distribution distribution, double[]? allowed) in _active)
        {
            if (!parameters.TryGetValue(name, out double value) || !distribution.Contains(value)) return false;
            if (allowed is not null && !allowed.Contains(value)) return false;
        }
        return true;
    }

    /// <param name="Name">The parameter's name.</param>
    /// <param name="Distribution">The values that it can take anywhere.</param>
    /// <param name="Allowed">The internal values of a parent that lead to this branch, ascending; null for all.</param>
    public readonly record struct ActiveParameter(string Name, Distribution Distribution, double[]? Allowed);
}
