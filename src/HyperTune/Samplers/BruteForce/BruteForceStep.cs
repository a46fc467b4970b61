namespace HyperTune.Samplers.BruteForce;

/// <summary>One parameter of a trial on its way from the root of the tree to its leaf.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Distribution">Its values.</param>
/// <param name="Size">How many values there are to go through.</param>
/// <param name="Index">The place of the trial's value among them; none of a parameter that is about to be drawn.</param>
internal readonly record struct BruteForceStep(string Name, Distribution Distribution, long Size, long Index);
