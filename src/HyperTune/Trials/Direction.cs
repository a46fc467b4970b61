namespace HyperTune;

/// <summary>Whether an objective is to become small or large.</summary>
public enum Direction
{
    /// <summary>Smaller values are better.</summary>
    Minimize,

    /// <summary>Larger values are better.</summary>
    Maximize,
}
