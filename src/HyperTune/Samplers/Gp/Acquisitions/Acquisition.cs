using HyperTune.Numerics;
using HyperTune.Samplers.Gp.Process;

namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>The utility of points by the models of objectives and constraints. Larger is better; as a function to minimize it is negated.</summary>
internal sealed class Acquisition : IGradientFunction
{
    private readonly GaussianProcess[] _models;
    private readonly GpQuery[] _queries;
    private readonly IUtility _utility;
    private readonly int _samples;
    private readonly double[] _means;
    private readonly double[] _variances;
    private readonly double[] _byMeans;
    private readonly double[] _byVariances;
    private double[][] _batchMeans = [];
    private double[][] _batchVariances = [];

    /// <param name="models">The models, all with as many samples.</param>
    /// <param name="utility">What a point is worth.</param>
    public Acquisition(GaussianProcess[] models, IUtility utility)
    {
        _models = models;
        _queries = [.. models.Select(model => new GpQuery(model))];
        _utility = utility;
        _samples = models[0].Samples;
        _means = new double[models.Length * _samples];
        _variances = new double[models.Length];
        _byMeans = new double[_means.Length];
        _byVariances = new double[models.Length];
    }

    /// <summary>The utility of several points.</summary>
    /// <param name="points">Row-major [points, dimensions].</param>
    /// <param name="values">Receives one for each point.</param>
    /// <param name="count">The number of points.</param>
    public void Evaluate(ReadOnlySpan<double> points, Span<double> values, int count)
    {
        if (_batchVariances.Length == 0 || _batchVariances[0].Length < count)
        {
            _batchMeans = [.. _models.Select(_ => new double[count * _samples])];
            _batchVariances = [.. _models.Select(_ => new double[count])];
        }
        for (int model = 0; model < _models.Length; model++) _models[model].Predict(points, _batchMeans[model], _batchVariances[model].AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            for (int model = 0; model < _models.Length; model++)
            {
                _batchMeans[model].AsSpan(i * _samples, _samples).CopyTo(_means.AsSpan(model * _samples));
                _variances[model] = _batchVariances[model][i];
            }
            values[i] = _utility.Of(_means, _variances, [], []);
        }
    }

    /// <summary>Minus the utility of a point, with its gradient, which is 0 for choices.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (int model = 0; model < _models.Length; model++) _queries[model].MoveTo(x, _means.AsSpan(model * _samples, _samples), out _variances[model]);
        double value = _utility.Of(_means, _variances, _byMeans, _byVariances);
        gradient.Clear();
        for (int model = 0; model < _models.Length; model++) _queries[model].AddGradient(_byMeans.AsSpan(model * _samples, _samples), _byVariances[model], gradient);
        for (int j = 0; j < gradient.Length; j++) gradient[j] = -gradient[j];
        return -value;
    }
}
