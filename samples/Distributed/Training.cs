namespace HyperTune.Samples.Distributed;

/// <summary>What is tuned: logistic regression by gradient descent with momentum, on points in two rings that only squares and products tell apart.</summary>
internal sealed class Training
{
    private const int Features = 5;
    private const int Rows = 600;
    private const int TrainingRows = 400;

    private readonly double[][] _features = new double[Rows][];
    private readonly bool[] _isOuter = new bool[Rows];

    public Training()
    {
        var random = new Random(7);
        for (int row = 0; row < Rows; row++)
        {
            _isOuter[row] = row % 2 == 0;
            double angle = random.NextDouble() * Math.Tau, radius = (_isOuter[row] ? 1.0 : 0.6) + (0.8 * (random.NextDouble() - 0.5));
            double x = radius * Math.Cos(angle), y = radius * Math.Sin(angle);
            _features[row] = [x, y, x * x, y * y, x * y];
        }
    }

    /// <summary>Trains and reports the loss on rows that were held back, after each of 20 epochs.</summary>
    public double Run(Trial trial)
    {
        double rate = trial.SuggestDouble("learning_rate", 0.01, 1000, log: true);
        double momentum = trial.SuggestDouble("momentum", 0, 0.99);
        double decay = trial.SuggestDouble("weight_decay", 1e-6, 0.1, log: true);
        double[] weights = new double[Features + 1], velocity = new double[Features + 1];
        double loss = double.NaN;
        for (int epoch = 0; epoch < 20; epoch++)
        {
            for (int row = 0; row < TrainingRows; row++) Step(row, weights, velocity, rate / TrainingRows, momentum, decay);
            loss = Loss(weights);
            trial.Report(loss, epoch);
            trial.ThrowIfShouldPrune();
        }
        return loss;
    }

    private void Step(int row, double[] weights, double[] velocity, double rate, double momentum, double decay)
    {
        double error = Probability(row, weights) - (_isOuter[row] ? 1 : 0);
        for (int i = 0; i < weights.Length; i++)
        {
            double slope = i < Features ? (error * _features[row][i]) + (decay * weights[i]) : error;
            velocity[i] = (momentum * velocity[i]) - (rate * slope);
            weights[i] += velocity[i];
        }
    }

    private double Loss(double[] weights)
    {
        double sum = 0;
        for (int row = TrainingRows; row < Rows; row++)
        {
            double probability = Probability(row, weights);
            sum -= Math.Log(Math.Max(_isOuter[row] ? probability : 1 - probability, 1e-12));
        }
        return sum / (Rows - TrainingRows);
    }

    private double Probability(int row, double[] weights)
    {
        double sum = weights[Features];
        for (int i = 0; i < Features; i++) sum += weights[i] * _features[row][i];
        return 1 / (1 + Math.Exp(-sum));
    }
}
