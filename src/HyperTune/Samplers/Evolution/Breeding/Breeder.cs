using HyperTune.Numerics;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Evolution.Breeding;

/// <summary>Makes children of a population: selects parents, crosses and mutates their genes.</summary>
/// <remarks>
/// A group of genes whose parents all have it is crossed. Where only some have it, as in a branch that only some took, the first of these hands
/// it down as a whole; where none does, another member does; and where no member has it, it is drawn at random. All groups of a trial have
/// the same parents, whether they are drawn jointly or one by one.
/// </remarks>
/// <param name="options">The operators and their probabilities.</param>
/// <param name="hasSeveralObjectives">Whether the study has more than one objective.</param>
internal sealed class Breeder(GeneticSamplerOptions options, bool hasSeveralObjectives)
{
    /// <summary>Children that are drawn in vain before what lies outside of the bounds is cut.</summary>
    private const int MaxDraws = 32;

    /// <summary>Makes the child of a trial.</summary>
    /// <param name="population">The parents to choose from; at least one.</param>
    /// <param name="plan">What is inherited.</param>
    /// <param name="trial">The trial, for its streams and fixed parameters.</param>
    public ParameterSet Breed(Population population, GenePlan plan, TrialContext trial)
    {
        Family family = SelectParents(population, trial);
        double[] values = new double[plan.Space.Count];
        Array.Fill(values, double.NaN);
        foreach (GeneGroup group in plan.Groups)
        {
            if (!plan.Space.IsActive(group.Positions[0], values)) continue;
            double[] child = BreedGroup(population, family, group, trial.Random("genes", group.Names[0]), mustDiffer: group.Positions[0] == 0 && plan.Space.Count > 1);
            for (int i = 0; i < group.Count; i++)
            {
                bool isFixed = trial.FixedParameters.TryGetValue(group.Names[i], out double given) && group.Distributions[i].Contains(given);
                values[group.Positions[i]] = isFixed ? given : child[i];
            }
        }
        return plan.ToParameters(values);
    }

    private Family SelectParents(Population population, TrialContext trial)
    {
        RandomStream random = trial.Random("parents");
        bool isCrossed = random.NextDouble() < options.CrossoverProbability;
        int[] parents = new int[options.Crossover.ParentCount];
        Tournament.Select(population.Standings, random, parents);
        int genes = 0;
        foreach (Distribution distribution in population.Trials[parents[0]].Parameters.Schema.Distributions) genes += distribution.IsSingle ? 0 : 1;
        return new Family(parents, isCrossed, random.NextInt(population.Count), options.MutationProbability ?? 1.0 / Math.Max(1, genes));
    }

    /// <param name="population">The population.</param>
    /// <param name="family">The parents.</param>
    /// <param name="group">The group.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="mustDiffer">Whether a child that is like a parent is mutated in any case: its evaluation would tell nothing new.</param>
    /// <returns>An internal value for each parameter of the group.</returns>
    private double[] BreedGroup(Population population, Family family, GeneGroup group, RandomStream random, bool mustDiffer)
    {
        int count = group.Count, numeric = group.Numeric.Length;
        double[] carried = Carriers(population, family, group, random, out int carriers);
        bool isCrossed = family.IsCrossed && carriers == family.Parents.Length;
        double[] child = new double[count];
        if (carriers == 0)
        {
            for (int i = 0; i < count; i++) child[i] = RandomDraw.FromUniform(group.Distributions[i], random.NextDouble());
            return child;
        }
        if (!isCrossed) carriers = 1;
        double[] parentGenes = new double[carriers * numeric], genes = new double[numeric], buffer = new double[numeric];
        for (int row = 0; row < carriers; row++)
        {
            for (int k = 0; k < numeric; k++) buffer[k] = carried[row * count + group.Numeric[k]];
            group.Transform.Transform(buffer, parentGenes.AsSpan(row * numeric, numeric));
        }
        parentGenes.AsSpan(0, numeric).CopyTo(genes);
        carried.AsSpan(0, count).CopyTo(child);
        if (isCrossed) Cross(group, carried, parentGenes, genes, child, random);
        Express(group, carried, parentGenes, genes, buffer, child);

        bool[] isMutated = new bool[count];
        for (int i = 0; i < count; i++) isMutated[i] = random.NextDouble() < family.MutationProbability;
        if (mustDiffer && !isMutated.AsSpan().Contains(true) && IsLikeParent(carried, child, carriers)) isMutated[random.NextInt(count)] = true;
        if (!isMutated.AsSpan().Contains(true)) return child;
        double[] before = [.. child];
        Mutate(group, genes, child, isMutated, random);
        Express(group, carried, parentGenes, genes, buffer, child);
        for (int i = 0; i < count; i++)
        {
            // A small step that is rounded back to the same value of a grid would leave it there for ever.
            if (isMutated[i] && child[i] == before[i] && group.Distributions[i].GridSize is not null) child[i] = RandomDraw.FromUniform(group.Distributions[i], random.NextDouble());
        }
        return child;
    }

    /// <summary>The internal values of the parents that have the group, a row each; of another member if none of them does; none if nobody does.</summary>
    private static double[] Carriers(Population population, Family family, GeneGroup group, RandomStream random, out int carriers)
    {
        double[] rows = new double[family.Parents.Length * group.Count];
        carriers = 0;
        foreach (int parent in family.Parents)
        {
            if (TryCarry(population.Trials[parent].Parameters, group, random, rows.AsSpan(carriers * group.Count, group.Count))) carriers++;
        }
        for (int i = 0; i < population.Count && carriers == 0; i++)
        {
            int donor = (family.Donor + i) % population.Count;
            if (TryCarry(population.Trials[donor].Parameters, group, random, rows.AsSpan(0, group.Count))) carriers = 1;
        }
        return rows;
    }

    /// <summary>Reads a group off a trial; what the trial lacks, or has beyond the present range, is drawn.</summary>
    private static bool TryCarry(ParameterSet parameters, GeneGroup group, RandomStream random, Span<double> row)
    {
        int found = 0;
        for (int i = 0; i < row.Length; i++)
        {
            bool has = parameters.TryGetValue(group.Names[i], out double value) && group.Distributions[i].Contains(value);
            row[i] = has ? value : double.NaN;
            found += has ? 1 : 0;
        }
        for (int i = 0; i < row.Length && found > 0; i++)
        {
            if (double.IsNaN(row[i])) row[i] = RandomDraw.FromUniform(group.Distributions[i], random.NextDouble());
        }
        return found > 0;
    }

    private void Cross(GeneGroup group, double[] carried, double[] parentGenes, double[] genes, double[] child, RandomStream random)
    {
        int last = carried.Length - group.Count;
        for (int i = 0; i < group.Count; i++)
        {
            if (group.Distributions[i] is CategoricalDistribution) child[i] = carried[(random.NextDouble() >= options.SwappingProbability ? last : 0) + i];
        }
        if (genes.Length == 0) return;
        var parents = new ParentGenes(parentGenes, group.Transform.LowerBounds, group.Transform.UpperBounds) { HasSeveralObjectives = hasSeveralObjectives };
        for (int draw = 0; draw < MaxDraws; draw++)
        {
            options.Crossover.Cross(parents, random, genes);
            if (IsInside(genes)) return;
        }
        for (int k = 0; k < genes.Length; k++) genes[k] = double.IsNaN(genes[k]) ? parentGenes[k] : Math.Clamp(genes[k], 0, 1);
    }

    private void Mutate(GeneGroup group, double[] genes, double[] child, bool[] isMutated, RandomStream random)
    {
        for (int k = 0; k < genes.Length; k++)
        {
            if (!isMutated[group.Numeric[k]]) continue;
            double mutated = options.Mutation is null ? random.NextDouble() : options.Mutation.Mutate(genes[k], 0, 1, random);
            if (!double.IsNaN(mutated)) genes[k] = Math.Clamp(mutated, 0, 1);
        }
        for (int i = 0; i < child.Length; i++)
        {
            if (isMutated[i] && group.Distributions[i] is CategoricalDistribution choices) child[i] = random.NextInt(choices.Choices.Count);
        }
    }

    /// <summary>Turns numeric genes into values; a parent's gene into the parent's value, so that what is inherited stays the same to the last bit.</summary>
    private static void Express(GeneGroup group, double[] carried, double[] parentGenes, double[] genes, double[] buffer, double[] child)
    {
        group.Transform.Untransform(genes, buffer);
        for (int k = 0; k < genes.Length; k++)
        {
            int i = group.Numeric[k];
            child[i] = buffer[k];
            for (int gene = k, value = i; gene < parentGenes.Length; gene += genes.Length, value += child.Length)
            {
                if (parentGenes[gene] == genes[k]) child[i] = carried[value];
            }
        }
    }

    private static bool IsLikeParent(double[] carried, double[] child, int carriers)
    {
        for (int row = 0; row < carriers; row++)
        {
            if (carried.AsSpan(row * child.Length, child.Length).SequenceEqual(child)) return true;
        }
        return false;
    }

    private static bool IsInside(double[] genes)
    {
        foreach (double gene in genes)
        {
            if (!(gene >= 0 && gene <= 1)) return false;
        }
        return true;
    }

    /// <param name="Parents">Members of the population.</param>
    /// <param name="IsCrossed">Whether their genes are crossed; else the first parent's are copied.</param>
    /// <param name="Donor">From which member on one is looked for that has what the parents lack.</param>
    /// <param name="MutationProbability">For each gene.</param>
    private sealed record Family(int[] Parents, bool IsCrossed, int Donor, double MutationProbability);
}
