namespace HyperTune;

/// <summary>A finite search space has no point left that no trial has had.</summary>
/// <remarks>It ends an optimization without an error; who asks for trials gets it.</remarks>
public sealed class SpaceExhaustedException : HyperTuneException
{
    internal SpaceExhaustedException()
        : base("Every point of the search space has been tried.")
    {
    }
}
