namespace HyperTune;

/// <summary>The parents of one child as a crossover sees them: a row of numbers for each, the first parent first.</summary>
/// <remarks>
/// The samplers scale every numeric parameter to [0, 1], on its logarithmic scale if it has one, with whole numbers and steps widened by half
/// a step. Choices are not among the genes.
/// </remarks>
public readonly ref struct ParentGenes
{
    private readonly ReadOnlySpan<double> _genes;

    /// <summary>Looks at genes.</summary>
    /// <param name="genes">The genes, [parents, dimensions], row-major.</param>
    /// <param name="lower">The lower bound of each dimension; at least one.</param>
    /// <param name="upper">The upper bound of each dimension, above the lower one.</param>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public ParentGenes(ReadOnlySpan<double> genes, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (lower.Length == 0 || lower.Length != upper.Length)
        {
            throw new ArgumentException(
                $"There are {Guard.Show(lower.Length)} lower and {Guard.Show(upper.Length)} upper bounds. Give one of each for every dimension, at least one.", nameof(upper));
        }
        if (genes.Length == 0 || genes.Length % lower.Length != 0)
        {
            throw new ArgumentException(
                $"There are {Guard.Show(genes.Length)} genes for {Guard.Show(lower.Length)} dimensions. Give a row of {Guard.Show(lower.Length)} for each parent.", nameof(genes));
        }
        _genes = genes;
        Lower = lower;
        Upper = upper;
    }

    /// <summary>The number of parents.</summary>
    public int Count => _genes.Length / Lower.Length;

    /// <summary>The number of genes of each parent.</summary>
    public int Dimension => Lower.Length;

    /// <summary>The lower bound of each dimension.</summary>
    public ReadOnlySpan<double> Lower { get; }

    /// <summary>The upper bound of each dimension.</summary>
    public ReadOnlySpan<double> Upper { get; }

    /// <summary>Whether the study has more than one objective, for operators whose literature sets another strength then.</summary>
    public bool HasSeveralObjectives { get; init; }

    /// <summary>The genes of a parent.</summary>
    public ReadOnlySpan<double> this[int parent] => _genes.Slice(parent * Dimension, Dimension);
}
