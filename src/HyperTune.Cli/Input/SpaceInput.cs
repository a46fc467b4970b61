namespace HyperTune.Cli.Input;

/// <summary>Reads a search space: a JSON object of names and distributions as Optuna's command line takes it, inline or in a file.</summary>
internal static class SpaceInput
{
    /// <summary>Reads a space.</summary>
    /// <param name="text">The JSON text, or the path of a file that holds it.</param>
    /// <param name="cancellationToken">Ends the reading of a file.</param>
    /// <exception cref="UsageException">It is no space.</exception>
    public static async Task<SearchSpace> ReadAsync(string text, CancellationToken cancellationToken)
    {
        string json = text;
        if (!text.TrimStart().StartsWith('{'))
        {
            if (!File.Exists(text)) throw new UsageException($"'{text}' is neither a JSON object nor a file. Give {{\"x\": {{\"name\": \"FloatDistribution\", \"attributes\": {{\"low\": 0.0, \"high\": 1.0}}}}}}, or the path of a file with it.");
            json = await File.ReadAllTextAsync(text, cancellationToken).ConfigureAwait(false);
        }
        try
        {
            AttributeValue root = AttributeValue.Parse(json);
            if (root.Kind != AttributeKind.Object) throw new UsageException($"The space is {root}, but should be a JSON object of names and distributions.");
            SearchSpace space = SearchSpace.Empty;
            foreach ((string name, AttributeValue distribution) in root.Members) space = space.Add(name, Distribution.Parse(distribution.ToJson()));
            return space;
        }
        catch (FormatException exception)
        {
            throw new UsageException($"The space cannot be read: {exception.Message}", exception);
        }
    }
}
