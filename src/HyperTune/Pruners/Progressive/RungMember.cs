namespace HyperTune.Pruners.Progressive;

/// <summary>A trial whose place at a rung is compared with that at the rung below.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Before">Its loss at the rung below.</param>
/// <param name="After">Its loss at the rung.</param>
/// <param name="Curve">Its losses up to the rung; null where gaps are not asked for.</param>
/// <param name="Gaps">The gaps to those of the trials that came before it, by their numbers, with which it changed places and changed back.</param>
internal sealed record RungMember(int Number, double Before, double After, LossCurve? Curve, (int Number, double Gap)[] Gaps);
