namespace HyperTune.Pruners.Rungs;

/// <summary>Where a trial stands among those that reached a rung.</summary>
/// <param name="Reached">The trials that reached the rung, this one included.</param>
/// <param name="Better">Those of them that are strictly better.</param>
internal readonly record struct RungStanding(int Reached, int Better);
