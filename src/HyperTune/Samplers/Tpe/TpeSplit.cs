using HyperTune.History;

namespace HyperTune.Samplers.Tpe;

/// <summary>Which trials are good and which are bad.</summary>
/// <param name="Good">How many of the finished trials are good: the best ones.</param>
/// <param name="Running">The running trials that count.</param>
/// <param name="GoodRunning">How many of these are good: the first ones.</param>
internal readonly record struct TpeSplit(int Good, IReadOnlyList<RunningTrial> Running, int GoodRunning);
