using HyperTune.Numerics;

namespace HyperTune.Spaces;

/// <summary>The parameters that are active together under some values of their parents, as a flat space. Immutable; equality is by parameters and values.</summary>
internal sealed class SpaceBranch : IEquatable<SpaceBranch>
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

    /// <summary>A value of a parameter in <see cref="Space"/> as it may be here: the nearest number, or a random choice, instead of one that leads elsewhere.</summary>
    public double Allow(string name, double value, RandomStream random)
    {
        if (!_allowed.TryGetValue(name, out double[]? allowed) || allowed.Contains(value)) return value;
        return Space[Space.IndexOf(name)].Distribution is CategoricalDistribution ? allowed[random.NextInt(allowed.Length)] : allowed.MinBy(other => Math.Abs(other - value));
    }

    /// <summary>How many different points there are; infinite if a parameter is continuous.</summary>
    public double Size
    {
        get
        {
            double size = 1;
            foreach (SearchSpaceParameter parameter in Space) size *= AllowedOf(parameter.Name)?.Length ?? parameter.Distribution.GridSize ?? double.PositiveInfinity;
            return size;
        }
    }

    /// <summary>Whether the parents of a trial lead here, whatever else it has or lacks.</summary>
    public bool IsReachedBy(ParameterSet parameters)
    {
        foreach ((string name, _, double[]? allowed) in _active)
        {
            if (allowed is not null && !(parameters.TryGetValue(name, out double value) && allowed.Contains(value))) return false;
        }
        return true;
    }

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

    /// <summary>Whether a trial here can have some given values: those of other parameters of the whole space cannot be given.</summary>
    public bool Accepts(SearchSpace whole, ParameterSet given)
    {
        foreach (Parameter parameter in given)
        {
            if (!whole.Contains(parameter.Name)) continue;
            int i = Array.FindIndex(_active, active => active.Name == parameter.Name);
            if (i < 0 || _active[i].Allowed?.Contains(parameter.Value) == false) return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(SpaceBranch? other) => ReferenceEquals(this, other) || (other is not null && _active.AsSpan().SequenceEqual(other._active));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SpaceBranch);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Space, Fixed);

    /// <param name="Name">The parameter's name.</param>
    /// <param name="Distribution">The values that it can take anywhere.</param>
    /// <param name="Allowed">The internal values of a parent that lead to this branch, ascending; null for all.</param>
    public readonly record struct ActiveParameter(string Name, Distribution Distribution, double[]? Allowed)
    {
        public bool Equals(ActiveParameter other) => Name == other.Name && Distribution.Equals(other.Distribution)
            && Allowed is null == other.Allowed is null && Allowed.AsSpan().SequenceEqual(other.Allowed);

        public override int GetHashCode() => HashCode.Combine(Name, Distribution);
    }
}
