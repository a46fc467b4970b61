using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>The duties of every <see cref="ISampler"/>. A subclass says how to make one; it should leave its startup after few trials, so that its model is seen.</summary>
/// <remarks>Studies are in memory, have one objective and prune nothing. What only some samplers promise is chosen by flags.</remarks>
public abstract partial class SamplerContract
{
    /// <summary>Makes a new sampler; each has the same options apart from the seed.</summary>
    protected abstract ISampler Create(ulong seed);

    /// <summary>Whether proposals depend on the seed.</summary>
    protected virtual bool IsRandom => true;

    /// <summary>Whether the answer for an older snapshot stays the same when the sampler has seen newer trials.</summary>
    protected virtual bool KeepsOldAnswers => true;

    /// <summary>Whether names and order of parameters play no part but for the random streams.</summary>
    protected virtual bool IgnoresNames => true;

    /// <summary>Whether a parameter that plays no part stays evenly distributed.</summary>
    protected virtual bool FillsSpace => true;

    /// <summary>Whether any space and history can be sampled from. Not so by a sampler that goes through all combinations: it needs values that can be listed,
    /// and trials that ask for the same parameters after the same values. Such a one overrides the spaces below.</summary>
    protected virtual bool TakesAnySpace => true;

    /// <summary>A space with every kind of parameter.</summary>
    protected virtual SearchSpace MixedSpace { get; } = SearchSpace.Empty
        .AddDouble("rate", 1e-5, 1, log: true)
        .AddDouble("momentum", -0.5, 0.95)
        .AddDouble("dropout", 0, 0.9, step: 0.25)
        .AddInt("layers", 1, 7, step: 2)
        .AddInt("units", 1, 1000, log: true)
        .AddCategorical<object?>("kernel", [null, true, 7, 0.5, "rbf"]);

    /// <summary>A space of ranges from 0 to 1.</summary>
    protected virtual SearchSpace UnitSpace(params ReadOnlySpan<string> names)
    {
        SearchSpace space = SearchSpace.Empty;
        foreach (string name in names) space = space.AddDouble(name, 0, 1);
        return space;
    }

    /// <summary>Opens a study, a new one unless the storage has it.</summary>
    protected static Study Open(ISampler sampler, Direction direction = Direction.Minimize, SearchSpace? declared = null, IStorage? storage = null) =>
        Study.Create(new StudyOptions
        {
            Name = "contract",
            Directions = [direction],
            Sampler = sampler,
            Pruner = new NopPruner(),
            SearchSpace = declared,
            Storage = storage,
            LoadIfExists = true,
        });

    /// <summary>Asks for trials one by one and tells the value of a bowl whose bottom lies at 0.3 of every range.</summary>
    protected static void Run(Study study, SearchSpace space, int trials)
    {
        for (int i = 0; i < trials; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, Bowl(space, trial));
        }
    }

    /// <summary>The value of a bowl whose bottom lies at 0.3 of every range.</summary>
    protected static double Bowl(SearchSpace space, Trial trial) => Point(space, trial).Sum(share => (share - 0.3) * (share - 0.3));

    /// <summary>Where the trial's parameters lie in their ranges, from 0 to 1.</summary>
    protected static double[] Point(SearchSpace space, Trial trial) =>
        [.. space.Where(parameter => trial.Params.ContainsKey(parameter.Name)).Select(parameter => Share(parameter.Distribution, parameter.Distribution.ToInternal(trial.Params[parameter.Name])))];

    /// <summary>The internal values of all parameters of all trials, in order of number.</summary>
    protected static IReadOnlyList<ParameterSet> Proposals(Study study) => [.. study.Trials.Select(trial => trial.Parameters)];

    /// <summary>Asserts that two lists of proposals are the same to the last bit.</summary>
    protected static void Same(IReadOnlyList<ParameterSet> expected, IReadOnlyList<ParameterSet> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Names, actual[i].Names);
            Assert.Equal(expected[i].Values.ToArray(), actual[i].Values.ToArray());
        }
    }

    /// <summary>All that a sampler draws for a trial: the joint sample, then each of the parameters on its own.</summary>
    protected static double[] Propose(ISampler sampler, StudyHistory history, TrialContext trial, SearchSpace parameters)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        SearchSpace space = sampler.InferRelativeSpace(history, trial);
        ParameterSet joint = space.Count == 0 ? ParameterSet.Empty : sampler.SampleRelative(history, trial, space);
        foreach (Parameter parameter in joint)
        {
            Assert.True(space.TryGet(parameter.Name, out SearchSpaceParameter? wanted), $"'{parameter.Name}' is not in the joint space.");
            Assert.Equal(wanted.Distribution, parameter.Distribution);
            Assert.True(parameter.Distribution.Contains(parameter.Value), $"'{parameter.Name}' is {parameter.Value:R}, outside of {parameter.Distribution}.");
        }
        var values = new List<double>(joint.Values.ToArray());
        foreach (SearchSpaceParameter parameter in parameters)
        {
            double value = sampler.SampleIndependent(history, trial, parameter.Name, parameter.Distribution);
            Assert.True(parameter.Distribution.Contains(value), $"'{parameter.Name}' is {value:R}, outside of {parameter.Distribution}.");
            values.Add(value);
        }
        return [.. values];
    }

    private static double Share(Distribution distribution, double value)
    {
        (double low, double high, bool isLog) = distribution switch
        {
            FloatDistribution range => (range.Low, range.High, range.Log),
            IntDistribution range => (range.Low, range.High, range.Log),
            _ => (0, ((CategoricalDistribution)distribution).Choices.Count - 1, false),
        };
        if (isLog) (low, high, value) = (Math.Log(low), Math.Log(high), Math.Log(value));
        // Halved, since the width of a range may be beyond the largest double.
        return low == high ? 0 : (value / 2 - low / 2) / (high / 2 - low / 2);
    }
}
