using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace HyperTune;

/// <summary>An ordered list of parameters with their distributions and, for branches, conditions.</summary>
/// <remarks>
/// <para>
/// A parameter with a condition is active only under some values of its parent, an earlier parameter of the space. Trials hold values of
/// active parameters only.
/// </para>
/// <para>Immutable: the methods that add return a new space. Safe for concurrent use; equality is by content, defaults included, and order.</para>
/// </remarks>
/// <example>
/// <code>
/// var space = SearchSpace.Empty
///     .AddDouble("learning_rate", 1e-4, 1e-1, log: true)
///     .AddCategorical("kernel", ["rbf", "poly"])
///     .AddInt("degree", 2, 5, when: ("kernel", ["poly"]));
/// </code>
/// </example>
public sealed partial class SearchSpace : IReadOnlyList<SearchSpaceParameter>, IEquatable<SearchSpace>
{
    private readonly SearchSpaceParameter[] _parameters;
    private readonly Dictionary<string, int> _indices;
    private readonly Branch[] _branches;

    private SearchSpace(SearchSpaceParameter[] parameters)
    {
        _parameters = parameters;
        _branches = new Branch[parameters.Length];
        _indices = new(parameters.Length, StringComparer.Ordinal);
        for (int i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter is null) throw new ArgumentException($"Parameter {Guard.Show(i)} of the search space is null. Leave it out.", nameof(parameters));
            Guard.NotNull(parameter.Name);
            Guard.NotNull(parameter.Distribution);
            // A copy of a parameter with another distribution has kept its default.
            if (parameter.Default is { } value && !parameter.Distribution.Contains(value))
                throw new ArgumentException($"The default {Guard.Show(value)} of '{parameter.Name}' is not in {parameter.Distribution}. Give the parameter its default anew.", nameof(parameters));
            _branches[i] = BranchOf(parameter);
            if (!_indices.TryAdd(parameter.Name, i))
                throw new ArgumentException($"The name '{parameter.Name}' is given twice, but names are unique inside a search space. Rename one.", nameof(parameters));
        }
    }

    /// <summary>The space without parameters; the start of a declared one.</summary>
    public static SearchSpace Empty { get; } = new([]);

    /// <summary>How many parameters there are.</summary>
    public int Count => _parameters.Length;

    /// <summary>Whether some parameter has a condition.</summary>
    public bool IsConditional => Array.Exists(_parameters, parameter => parameter.Condition is not null);

    /// <summary>The parameter at a place.</summary>
    /// <param name="index">The place, from 0.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public SearchSpaceParameter this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _parameters.Length);
            return _parameters[index];
        }
    }

    /// <summary>Makes a space of given parameters.</summary>
    /// <param name="parameters">The parameters, parents before their children.</param>
    /// <returns>The space. Names are only checked for being unique, so that what a storage holds can be listed.</returns>
    /// <exception cref="ArgumentException">
    /// A name is given twice, a condition names no earlier parameter, its parent is a range of doubles, or a value is none of the parent's.
    /// </exception>
    public static SearchSpace Create(IEnumerable<SearchSpaceParameter> parameters)
    {
        Guard.NotNull(parameters);
        return new([.. parameters]);
    }

    /// <summary>Whether a parameter of this name is in the space.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(string name) => _indices.ContainsKey(name);

    /// <summary>The place of a parameter.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The place, or -1 if the space has no such parameter.</returns>
    public int IndexOf(string name) => _indices.TryGetValue(name, out int index) ? index : -1;

    /// <summary>Looks up a parameter.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameter">The parameter, or null.</param>
    /// <returns>Whether the space has the parameter.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out SearchSpaceParameter? parameter)
    {
        parameter = _indices.TryGetValue(name, out int index) ? _parameters[index] : null;
        return parameter is not null;
    }

    /// <summary>Whether a parameter is active, given the internal values of those before it.</summary>
    /// <param name="index">The place of the parameter.</param>
    /// <param name="internalValues">Internal values by place in the space; NaN where a parameter has none. Only ancestors are looked at.</param>
    /// <returns>Whether it is; a parameter whose ancestor has no value is not.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="ArgumentException">There are fewer values than the parameter has predecessors.</exception>
    public bool IsActive(int index, ReadOnlySpan<double> internalValues)
    {
        _ = this[index];
        if (internalValues.Length < index)
        {
            throw new ArgumentException(
                $"There are {Guard.Show(internalValues.Length)} values, but parameter {Guard.Show(index)} has as many predecessors. Give one value each.", nameof(internalValues));
        }
        while (_branches[index] is { IsConditional: true } branch)
        {
            index = branch.Parent;
            if (!branch.Holds(internalValues[index])) return false;
        }
        return true;
    }

    /// <summary>Whether a parameter is active, given internal values by name.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="internalValueOf">Gives the internal value of a parameter, or null if it has none yet. Asked for ancestors only.</param>
    /// <returns>Whether it is; a parameter whose ancestor has no value is not.</returns>
    /// <exception cref="ArgumentException">The space has no such parameter.</exception>
    public bool IsActive(string name, Func<string, double?> internalValueOf)
    {
        Guard.NotNull(internalValueOf);
        if (!_indices.TryGetValue(Guard.NotNull(name), out int index))
            throw new ArgumentException($"The search space has no parameter '{name}'. It has {string.Join(", ", _indices.Keys)}.", nameof(name));
        while (_branches[index] is { IsConditional: true } branch)
        {
            index = branch.Parent;
            if (internalValueOf(_parameters[index].Name) is not { } value || !branch.Holds(value)) return false;
        }
        return true;
    }

    /// <summary>Leaves out parameters that have a single value, and what can then never be active.</summary>
    /// <returns>The rest, in order. A child of a parameter left out takes over its parent's condition; this instance if nothing is left out.</returns>
    public SearchSpace WithoutSingle()
    {
        if (!Array.Exists(_parameters, parameter => parameter.Distribution.IsSingle)) return this;
        var kept = new List<SearchSpaceParameter>(_parameters.Length);
        // What a parameter's condition comes down to once single-valued ancestors are left out; false where it cannot hold.
        var conditions = new ParameterCondition?[_parameters.Length];
        var isPossible = new bool[_parameters.Length];
        for (int i = 0; i < _parameters.Length; i++)
        {
            var (branch, parameter) = (_branches[i], _parameters[i]);
            isPossible[i] = true;
            if (branch.IsConditional)
            {
                var parent = _parameters[branch.Parent].Distribution;
                isPossible[i] = isPossible[branch.Parent] && (!parent.IsSingle || branch.Holds(parent.GridValue(0)));
                conditions[i] = parent.IsSingle ? conditions[branch.Parent] : parameter.Condition;
            }
            if (isPossible[i] && !parameter.Distribution.IsSingle) kept.Add(parameter with { Condition = conditions[i] });
        }
        return new([.. kept]);
    }

    /// <summary>Goes through the parameters in order.</summary>
    /// <returns>The enumerator.</returns>
    public IEnumerator<SearchSpaceParameter> GetEnumerator() => ((IEnumerable<SearchSpaceParameter>)_parameters).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(SearchSpace? other) => ReferenceEquals(this, other) || (other is not null && _parameters.AsSpan().SequenceEqual(other._parameters));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SearchSpace);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var parameter in _parameters) hash.Add(parameter);
        return hash.ToHashCode();
    }

    /// <summary>The space in words.</summary>
    /// <returns>A text such as <c>{x: float [0, 1] = 0.5, n: int [1, 5] if kernel in ["poly"]}</c>, where 0.5 is a default.</returns>
    public override string ToString()
    {
        var builder = new StringBuilder("{");
        foreach (var parameter in _parameters)
        {
            if (builder.Length > 1) builder.Append(", ");
            builder.Append(parameter.Name).Append(": ").Append(parameter.Distribution);
            if (parameter.Default is { } value) builder.Append(" = ").Append(Guard.Show(parameter.Distribution.ToExternal(value)));
            if (parameter.Condition is { } condition) builder.Append(" if ").Append(condition);
        }
        return builder.Append('}').ToString();
    }

    private Branch BranchOf(SearchSpaceParameter parameter)
    {
        if (parameter.Condition is not { } condition) return default;
        if (!_indices.TryGetValue(condition.Parent, out int parent))
        {
            throw new ArgumentException(
                $"The parameter '{parameter.Name}' depends on '{condition.Parent}', which is no earlier parameter of the search space. Add the parent first.",
                nameof(parameter));
        }
        var distribution = _parameters[parent].Distribution;
        if (distribution is FloatDistribution)
        {
            throw new ArgumentException(
                $"The parameter '{parameter.Name}' depends on '{condition.Parent}', a range of doubles, but conditions are on choices or whole numbers. Use one of these as the parent.",
                nameof(parameter));
        }
        double[] values = new double[condition.Values.Count];
        for (int i = 0; i < values.Length; i++)
        {
            try
            {
                values[i] = distribution.ToInternal(condition.Values[i]);
            }
            catch (ArgumentException)
            {
                values[i] = double.NaN;
            }
            if (!distribution.Contains(values[i]))
            {
                throw new ArgumentException(
                    $"The parameter '{parameter.Name}' depends on '{condition.Parent}' being {Guard.Show(condition.Values[i])}, which is no value of {distribution}. Remove or correct it.",
                    nameof(parameter));
            }
        }
        return new(parent, values);
    }

    /// <summary>A condition in numbers: the place of the parent and its internal values.</summary>
    private readonly record struct Branch(int Parent, double[]? Values)
    {
        internal bool IsConditional => Values is not null;

        internal bool Holds(double parentValue) => Values.AsSpan().Contains(parentValue);
    }
}
