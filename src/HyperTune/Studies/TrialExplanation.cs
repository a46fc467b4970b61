using System.Globalization;
using System.Text;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Where a trial came from, who proposed it and why, as far as it is recorded. <see cref="ToString"/> tells it in words.</summary>
public sealed record TrialExplanation
{
    /// <summary>The trial's number.</summary>
    public required int Number { get; init; }

    /// <summary>Where the trial came from.</summary>
    public required TrialOrigin Origin { get; init; }

    /// <summary>The study's sampler; null if that is not recorded, as of a running trial, or of one that another program ran.</summary>
    public required string? Sampler { get; init; }

    /// <summary>The sampler that proposed it, where the study's sampler chose among several, as <see cref="AutoSampler"/> does; else null.</summary>
    public required string? Proposer { get; init; }

    /// <summary>Why that one was chosen; null if there was no choice.</summary>
    public required string? Reason { get; init; }

    /// <summary>How each parameter got its value, in the order in which they were asked for.</summary>
    public required IReadOnlyList<ParameterExplanation> Parameters { get; init; }

    internal static TrialExplanation Of(TrialRecord trial)
    {
        ProposalNote? proposal = ProposalNote.Of(trial.SystemAttributes);
        char[] letters = DrawnParameters.Letters(trial).ToArray();
        return new()
        {
            Number = trial.Number,
            Origin = TrialOrigins.Of(trial),
            Sampler = DrawnParameters.Sampler(trial),
            Proposer = proposal?.Proposer,
            Reason = proposal?.Reason,
            Parameters = [.. trial.Parameters.Select((parameter, i) =>
                new ParameterExplanation(parameter.Name, parameter.External, i < letters.Length ? DrawnParameters.OriginOf(letters[i]) : ParameterOrigin.Unknown))],
        };
    }

    /// <summary>The explanation in words, one line for the trial and one for each way in which parameters were drawn.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Trial {Number}");
        text.Append(Origin switch
        {
            TrialOrigin.Enqueued => " was enqueued",
            TrialOrigin.Imported => " was imported",
            _ => Proposer is not null ? $" was proposed by {Proposer}" : Sampler is not null ? $" was proposed by {Sampler}" : " does not say who proposed it",
        });
        if (Origin == TrialOrigin.Own && Reason is not null) text.Append(": ").Append(Reason);
        text.Append('.');
        foreach (IGrouping<ParameterOrigin, ParameterExplanation> group in Parameters.GroupBy(parameter => parameter.Origin))
        {
            text.AppendLine().Append("  ").Append(group.Key switch
            {
                ParameterOrigin.Joint => "drawn jointly: ",
                ParameterOrigin.Independent => "drawn on their own: ",
                ParameterOrigin.Given => "given: ",
                ParameterOrigin.Single => "with a single value: ",
                _ => "drawn in a way that is not recorded: ",
            });
            text.AppendJoin(", ", group.Select(parameter => string.Create(CultureInfo.InvariantCulture, $"{parameter.Name} = {parameter.Value ?? "null"}")));
        }
        return text.ToString();
    }
}
