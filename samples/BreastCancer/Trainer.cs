using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace HyperTune.Samples.BreastCancer;

/// <summary>
/// Makes ML.NET trainers of boosted trees. Null parameters stand for ML.NET's defaults. Each trainer uses one thread: the
/// trials run side by side, and on little data the threads of one training cost more than they save.
/// </summary>
internal abstract class Trainer
{
    /// <summary>The name of the algorithm.</summary>
    public abstract string Name { get; }

    /// <summary>How many trials take about a minute.</summary>
    public abstract int Trials { get; }

    /// <summary>Makes an untrained classifier.</summary>
    public abstract IEstimator<ITransformer> Create(MLContext context, BoostingParameters? parameters);
}

/// <summary>LightGBM through ML.NET, which trains one LightGBM model at a time in each process, however many ask for one.</summary>
internal sealed class LightGbm : Trainer
{
    public override string Name => "LightGBM";

    public override int Trials => 100;

    public override IEstimator<ITransformer> Create(MLContext context, BoostingParameters? parameters)
    {
        var options = new LightGbmBinaryTrainer.Options { NumberOfThreads = 1, Seed = 1 };
        if (parameters is not null)
        {
            options.NumberOfIterations = parameters.Iterations;
            options.LearningRate = parameters.LearningRate;
            options.NumberOfLeaves = parameters.Leaves;
            options.MinimumExampleCountPerLeaf = parameters.MinimumExamplesPerLeaf;
            options.MaximumBinCountPerFeature = parameters.MaximumBins;
            options.Booster = new GradientBooster.Options
            {
                FeatureFraction = parameters.FeatureFraction,
                SubsampleFraction = parameters.RowFraction,
                SubsampleFrequency = 1,
                L1Regularization = parameters.L1,
                L2Regularization = parameters.L2,
            };
        }
        return context.BinaryClassification.Trainers.LightGbm(options);
    }
}

/// <summary>FastTree, ML.NET's own boosted trees, for machines without LightGBM's native libraries.</summary>
internal sealed class FastTree : Trainer
{
    public override string Name => "FastTree";

    public override int Trials => 20;

    public override IEstimator<ITransformer> Create(MLContext context, BoostingParameters? parameters)
    {
        var options = new FastTreeBinaryTrainer.Options { NumberOfThreads = 1 };
        if (parameters is not null)
        {
            options.NumberOfTrees = parameters.Iterations;
            options.LearningRate = parameters.LearningRate;
            options.NumberOfLeaves = parameters.Leaves;
            options.MinimumExampleCountPerLeaf = parameters.MinimumExamplesPerLeaf;
            options.MaximumBinCountPerFeature = parameters.MaximumBins;
            options.FeatureFraction = parameters.FeatureFraction;
        }
        return context.BinaryClassification.Trainers.FastTree(options);
    }
}
