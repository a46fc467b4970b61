using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.Samplers.Grid;

/// <summary>The cells of a grid in the order in which they are tried, numbered as in Optuna. Immutable.</summary>
internal sealed class ParameterGrid
{
    /// <summary>The most cells; their order is kept in memory.</summary>
    public const int MaxCells = 10_000_000;

    private const string IdKey = "grid_id";
    private const string SpaceKey = "search_space";

    private readonly string[] _names;
    private readonly AttributeValue[][] _values;
    private readonly Dictionary<AttributeValue, int>[] _places;

    // Cell to place in the product of all values and back; null for the plain order.
    private readonly int[]? _productOfCell;
    private readonly int[]? _cellOfProduct;
    private readonly AttributeValue _space;

    /// <param name="values">The values by name, all lists of some length and without repetitions.</param>
    /// <param name="shuffleSeed">The seed of the order; null for the plain one.</param>
    /// <exception cref="ArgumentException">There are too many cells.</exception>
    public ParameterGrid(IEnumerable<KeyValuePair<string, AttributeValue[]>> values, uint? shuffleSeed)
    {
        KeyValuePair<string, AttributeValue[]>[] sorted = [.. values.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
        _names = [.. sorted.Select(entry => entry.Key)];
        _values = [.. sorted.Select(entry => entry.Value)];
        _places = [.. _values.Select(list => list.Select(KeyValuePair.Create<AttributeValue, int>).ToDictionary(StoredEquality.Instance))];
        double count = 1;
        foreach (AttributeValue[] list in _values) count *= list.Length;
        if (count > MaxCells)
        {
            throw new ArgumentException(
                $"The grid has {Guard.Show(count)} cells, but may have {Guard.Show(MaxCells)}. Give fewer values, or draw at random from stepped ranges.", nameof(values));
        }
        Count = (int)count;
        _space = AttributeValue.Object(_names.Select((name, i) => (name, (AttributeValue?)AttributeValue.Array(_values[i]))));
        if (shuffleSeed is not { } seed) return;
        _productOfCell = [.. Enumerable.Range(0, Count)];
        new MersenneTwister(seed).Shuffle(_productOfCell);
        _cellOfProduct = new int[Count];
        for (int cell = 0; cell < Count; cell++) _cellOfProduct[_productOfCell[cell]] = cell;
    }

    /// <summary>The number of cells.</summary>
    public int Count { get; }

    /// <summary>The place of a parameter, or -1.</summary>
    public int IndexOf(string name) => Array.BinarySearch(_names, name, StringComparer.Ordinal);

    /// <summary>The values of a parameter.</summary>
    public ReadOnlySpan<AttributeValue> ValuesOf(int parameter) => _values[parameter];

    /// <summary>The value of a parameter in a cell.</summary>
    public AttributeValue ValueAt(int cell, int parameter)
    {
        int rest = _productOfCell is null ? cell : _productOfCell[cell];
        for (int i = _values.Length - 1; i > parameter; i--) rest /= _values[i].Length;
        return _values[parameter][rest % _values[parameter].Length];
    }

    /// <summary>Notes with a trial which cell it takes.</summary>
    public void Note(TrialNotes notes, int cell)
    {
        notes.Set(SpaceKey, _space);
        notes.Set(IdKey, cell);
    }

    /// <summary>The cell that is noted with a trial, or -1 when there is none of this grid.</summary>
    public int NotedCell(AttributeSet attributes)
    {
        if (!attributes.TryGetValue(IdKey, out AttributeValue? id) || !id.TryGetInt64(out long cell) || cell < 0 || cell >= Count) return -1;
        // Of the same list of values in another order the cells would be others.
        return attributes.TryGetValue(SpaceKey, out AttributeValue? space) && StoredEquality.Instance.Equals(_space, space) ? (int)cell : -1;
    }

    /// <summary>The cell that a trial has taken: the one that has its values, else the one that is noted with it; -1 for none.</summary>
    public int CellOf(AttributeSet attributes, ParameterSet parameters)
    {
        int cell = CellOf((string name, out AttributeValue value) =>
        {
            int index = parameters.IndexOf(name);
            value = index >= 0 ? AttributeValue.From(parameters[index].External) : AttributeValue.Null;
            return index >= 0;
        });
        return cell >= 0 ? cell : NotedCell(attributes);
    }

    /// <summary>The cell of a trial that waits with given parameters, or -1.</summary>
    public int GivenCell(AttributeSet attributes) =>
        attributes.TryGetValue(SystemKeys.FixedParams, out AttributeValue? given) && given.Kind == AttributeKind.Object ? CellOf((string name, out AttributeValue value) => given.TryGetMember(name, out value!)) : -1;

    private int CellOf(Lookup valueOf)
    {
        int product = 0;
        for (int i = 0; i < _names.Length; i++)
        {
            if (!valueOf(_names[i], out AttributeValue value) || !_places[i].TryGetValue(value, out int place)) return -1;
            product = product * _values[i].Length + place;
        }
        return _cellOfProduct is null ? product : _cellOfProduct[product];
    }

    private delegate bool Lookup(string name, out AttributeValue value);
}
