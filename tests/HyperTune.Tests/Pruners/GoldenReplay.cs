using System.Text.Json;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

/// <summary>A study of the golden file that grows event by event. What a trial has done is at once stored, as for one worker.</summary>
internal sealed class GoldenReplay
{
    private readonly HistoryBuilder _builder;
    private readonly Dictionary<int, TrialBuffer> _running = [];

    public GoldenReplay(JsonElement scenario)
    {
        string name = scenario.TryGetProperty("study_name", out JsonElement given) ? given.GetString()! : "golden";
        Direction direction = scenario.GetProperty("direction").GetString() == "maximize" ? Direction.Maximize : Direction.Minimize;
        _builder = new HistoryBuilder(new StudyRecord { Id = new StudyId(1), Name = name, Directions = [direction] });
    }

    public StudyHistory History => _builder.Current;

    public TrialContext Trial(int number) => new(_running[number], 0, ParameterSet.Empty);

    /// <summary>Takes over an event.</summary>
    /// <returns>Whether it is a report, which is followed by a decision.</returns>
    public bool Apply(JsonElement @event)
    {
        int number = @event[1].GetInt32();
        switch (@event[0].GetString())
        {
            case "ask":
                _running.Add(number, new TrialBuffer(new TrialRecord { Id = new TrialId(number + 1), Number = number, State = TrialState.Running }));
                Store(_running[number].ToRecord());
                return false;
            case "report":
                _running[number].TryAddReport(@event[2].GetInt64(), @event[3].Number());
                Store(_running[number].ToRecord());
                return true;
            default:
                TrialState state = @event[2].GetString() switch { "complete" => TrialState.Complete, "pruned" => TrialState.Pruned, _ => TrialState.Failed };
                TrialRecord record = _running[number].ToRecord() with { State = state, Values = state == TrialState.Complete ? [0] : [] };
                _running.Remove(number);
                Store(record);
                return false;
        }
    }

    /// <summary>Asks a pruner about a trial, stores what it notes, and gives the decision.</summary>
    public PruneDecision Judge(IPruner pruner, int number)
    {
        PruneDecision decision = pruner.ShouldPrune(History, Trial(number));
        TrialBuffer buffer = _running[number];
        if (buffer.TryTake(out TrialChanges? changes))
        {
            StudyRecord study = History.Study;
            if (changes.Study is { } notes) study = study with { SystemAttributes = notes.PutIfAbsent.With(study.SystemAttributes).With(notes.System) };
            buffer.Confirm(changes);
            _builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Study = study, Trials = [buffer.ToRecord()] });
        }
        return decision;
    }

    private void Store(TrialRecord record) => _builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = [record] });
}
