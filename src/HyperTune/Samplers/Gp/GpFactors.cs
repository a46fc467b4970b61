using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers.Gp.Process;

namespace HyperTune.Samplers.Gp;

/// <summary>The factors of a study's models, kept from one proposal to the next, so that between fits trials are appended and the rest is not factored anew.</summary>
/// <remarks>A factor is a function of the trials and of those that were known at the fit: these are factored together and later ones appended, whether a factor was kept or not. Safe for concurrent use.</remarks>
internal sealed class GpFactors
{
    // Branches times models. What is dropped is made again.
    private const int Kept = 16;

    private static readonly object Key = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Signature, int Model), Entry> _entries = [];

    /// <summary>The factors of a study.</summary>
    public static GpFactors Of(StudyHistory history) => history.View<GpFactors>(Key, static (_, former) => former ?? new GpFactors());

    /// <summary>The factor of a model's matrix, for the caller to keep.</summary>
    /// <param name="signature">The branch and kinds of models.</param>
    /// <param name="model">Which of them.</param>
    /// <param name="rows">The rows of the trials, as many as the first points.</param>
    /// <param name="fitted">How many of these were known at the fit.</param>
    /// <param name="points">The points.</param>
    /// <param name="logs">The fitted parameters.</param>
    /// <param name="parameters">The same.</param>
    public CholeskyFactor Get(ulong signature, int model, int[] rows, int fitted, GpPoints points, double[] logs, GpParameters parameters)
    {
        Entry? entry;
        lock (_gate) _entries.TryGetValue((signature, model), out entry);
        CholeskyFactor factor;
        if (entry is not null && entry.Fitted == fitted && entry.Noise == parameters.Noise && entry.Logs.AsSpan().SequenceEqual(logs) && rows.AsSpan().StartsWith(entry.Rows))
        {
            factor = entry.Factor.Copy(points.Capacity);
            GaussianProcess.AppendTo(factor, points, rows.Length, parameters);
        }
        else
        {
            factor = GaussianProcess.Factor(points, rows.Length, fitted, parameters);
        }
        lock (_gate)
        {
            if (_entries.Count == Kept && !_entries.ContainsKey((signature, model))) _entries.Clear();
            _entries[(signature, model)] = new(rows, fitted, logs, parameters.Noise, factor.Copy(rows.Length));
        }
        return factor;
    }

    /// <summary>A factor and what it was made of; it is never changed.</summary>
    private sealed record Entry(int[] Rows, int Fitted, double[] Logs, double Noise, CholeskyFactor Factor);
}
