using System.Globalization;
using CsCheck;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    /// <summary>One operation: what is done, and three small numbers that say with what.</summary>
    private readonly record struct Operation(OperationKind Kind, int A, int B, int C);

    private enum OperationKind
    {
        Start,
        StartAgain,
        Add,
        Change,
        Finish,
        FinishAgain,
        FinishAndStart,
        Renew,
        Age,
        TakeBack,
        SetAttributes,
        Group,
        Read,
    }

    private static readonly Gen<Operation[]> Operations = Gen
        .Select(Gen.Enum<OperationKind>(), Gen.Int[0, 7], Gen.Int[0, 5], Gen.Int[0, 5], (kind, a, b, c) => new Operation(kind, a, b, c))
        .Array[1, 40];

    [Fact]
    public Task Random_operations_do_what_they_do_to_a_plain_model() => SampleAsync(isAlone: false);

    [Fact]
    public Task Random_operations_of_a_lone_handle_do_what_they_do_to_a_plain_model() => SampleAsync(isAlone: true);

    private async Task SampleAsync(bool isAlone)
    {
        int run = 0;
        await Operations.SampleAsync(
            async operations =>
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"model {Interlocked.Increment(ref run)}");
                await new ModelRun(this, await CreateAsync(name), isAlone ? Storage : await OpenSecondAsync()).RunAsync(operations);
            },
            iter: RandomRuns,
            threads: 1,
            print: operations => string.Join("\n", operations));
    }

    private sealed class ModelRun(StorageContract contract, StudyId id, IStorage second)
    {
        private readonly StorageModel _model = new();
        private readonly StudyFollower _follower = new(second, id);
        private readonly List<TrialId> _ids = [];
        private IReadOnlyList<TrialRecord> _stored = [];
        private (TrialStart Request, int[] Numbers)? _lastStart;
        private (int Number, TrialChanges Changes)? _lastFinish;

        public async Task RunAsync(Operation[] operations)
        {
            foreach (Operation operation in operations)
            {
                await DoAsync(operation);
                await CheckAsync();
            }
            await _follower.RefreshAsync(Token);
            Assert.Equal(_model.Trials.Select(trial => trial.ToText(_follower[trial.Number].CompletedAt)), _follower.Trials.Select(RecordText.Of));
            Assert.Equal(RecordText.Of(_model.User) + RecordText.Of(_model.System), RecordText.Of(_follower.Study!.UserAttributes) + RecordText.Of(_follower.Study.SystemAttributes));
        }

        private async Task DoAsync(Operation operation)
        {
            IStorage storage = operation.C % 2 == 0 ? contract.Storage : second;
            switch (operation.Kind)
            {
                case OperationKind.Start:
                    TrialStart start = NewStart(1 + (operation.A % 3), operation.B == 0 ? null : operation.B * 2, operation.C < 3);
                    int[] numbers = _model.Start(start.Count, start.TotalTrials, start.IsLeased, start.StartedAt);
                    Assert.Equal(numbers, (await storage.StartTrialsAsync(id, start, Token)).Select(trial => trial.Number));
                    // A start that found the budget used up has left no trace, so that its repetition may find another one.
                    if (numbers.Length > 0) _lastStart = (start, numbers);
                    break;
                case OperationKind.StartAgain when _lastStart is { } last:
                    Assert.Equal(last.Numbers, (await storage.StartTrialsAsync(id, last.Request, Token)).Select(trial => trial.Number));
                    break;
                case OperationKind.Add:
                    await AddAsync(operation, storage);
                    break;
                case OperationKind.Change:
                    await WriteAsync(storage, (Number(operation), Change(operation)));
                    break;
                case OperationKind.Finish:
                    (int Number, TrialChanges Changes) finish = (Number(operation), Finish(operation));
                    await WriteAsync(storage, finish);
                    if (finish.Number < _ids.Count) _lastFinish = finish;
                    break;
                case OperationKind.FinishAgain when _lastFinish is { } last:
                    await WriteAsync(storage, last);
                    break;
                case OperationKind.FinishAndStart:
                    (int Number, TrialChanges Changes) told = (Number(operation), Finish(operation));
                    TrialStart following = NewStart();
                    WriteOutcome outcome = _model.Write(told.Number, told.Changes);
                    int[] followed = _model.Start(1, null, true, following.StartedAt);
                    (IReadOnlyList<WriteOutcome> outcomes, IReadOnlyList<TrialRecord> started) = await WriteAndStartAsync(storage, id, [told.Changes], following);
                    Assert.Equal([outcome], outcomes);
                    Assert.Equal(followed, started.Select(trial => trial.Number));
                    _lastStart = (following, followed);
                    break;
                case OperationKind.Renew:
                    Assert.Equal([_model.Renew(Number(operation))], await storage.RenewLeasesAsync(id, [IdOf(Number(operation))], Token));
                    break;
                case OperationKind.Age:
                    _model.Age(LongAge);
                    await contract.AgeLeasesAsync(contract.Storage, id, LongAge);
                    break;
                case OperationKind.TakeBack:
                    LeaseRules rules = Rules(operation.A % 3);
                    (int Number, int? Retry)[] lapsed = _model.TakeBack(rules);
                    Assert.Equal(lapsed, (await storage.TakeBackAsync(id, rules, Token)).OrderBy(taken => taken.Number).Select(taken => (taken.Number, taken.RetryNumber)));
                    break;
                case OperationKind.SetAttributes:
                    _model.SetAttributes(StudyChange(operation));
                    await storage.SetStudyAttributesAsync(id, StudyChange(operation), Token);
                    break;
                case OperationKind.Group:
                    Operation next = operation with { A = operation.A + 1, B = (operation.B + 1) % 6, C = (operation.C + 2) % 6 };
                    await WriteAsync(storage, (Number(operation), Change(operation)), (Number(next), Change(next)), (Number(operation), Finish(operation with { C = operation.C % 3 })));
                    break;
                case OperationKind.Read:
                    await _follower.RefreshAsync(Token);
                    break;
            }
        }

        private async Task AddAsync(Operation operation, IStorage storage)
        {
            TrialTemplate[] templates = [.. Enumerable.Range(0, 1 + (operation.C % 3)).Select(i => ((operation.A + i) % 5) switch
            {
                0 => Queued(("x", operation.B)),
                1 => Done(operation.B) with { Parameters = ParameterSet.Of([Drawn(operation)]) },
                2 => Done() with { State = TrialState.Failed, Parameters = ParameterSet.Of([Drawn(operation with { A = operation.A + i })]) },
                3 => Done() with { State = TrialState.Pruned },
                _ => Done(i) with { Parameters = ParameterSet.Empty.With("x", new IntDistribution(0, 9), operation.B) },
            })];
            TrialImport import = NewImport(templates) with { SkipIfExists = operation.C > 2 };
            if (_model.Add(templates, import.SkipIfExists) is not { } numbers)
            {
                await Assert.ThrowsAsync<DistributionChangedException>(async () => await storage.AddTrialsAsync(id, import, Token));
                return;
            }
            Assert.Equal(numbers, await storage.AddTrialsAsync(id, import, Token));
            Assert.Equal(numbers, await second.AddTrialsAsync(id, import, Token));
        }

        private async Task WriteAsync(IStorage storage, params (int Number, TrialChanges Changes)[] writes)
        {
            WriteOutcome[] expected = [.. writes.Select(write => _model.Write(write.Number, write.Changes))];
            Assert.Equal(expected, await storage.WriteAsync(id, [.. writes.Select(write => write.Changes)], Token));
        }

        private int Number(Operation operation) => ((operation.A * 6) + operation.B) % (_ids.Count + 1);

        private TrialId IdOf(int number) => number < _ids.Count ? _ids[number] : new TrialId(_ids.Count == 0 ? 1_000_000 : _ids.Max(known => known.Value) + 1000);

        /// <summary>One of three names; with a kind that clashes now and then.</summary>
        private static Parameter Drawn(Operation operation) => new(
            string.Create(CultureInfo.InvariantCulture, $"p{operation.A % 3}"), operation.C == 5 ? new IntDistribution(0, 9) : new FloatDistribution(0, 9 + operation.B), operation.B);

        private static AttributeChanges StudyChange(Operation operation) => new()
        {
            User = Attribute($"u{operation.A % 2}", operation.B),
            PutIfAbsent = Attribute($"p{operation.A % 2}", operation.C),
        };

        private TrialChanges Change(Operation operation) => new()
        {
            Trial = IdOf(Number(operation)),
            Parameters = operation.C % 3 == 0 ? [] : [Drawn(operation)],
            IntermediateValues = operation.C % 2 == 0 ? [] : [new(operation.A % 3, operation.B), new(operation.B, double.NaN)],
            UserAttributes = operation.C < 4 ? Attribute($"u{operation.A % 2}", operation.C) : AttributeSet.Empty,
            SystemAttributes = operation.C > 2 ? Attribute($"s{operation.A % 2}", operation.C) : AttributeSet.Empty,
            Study = operation.C == 1 ? StudyChange(operation) : null,
        };

        private TrialChanges Finish(Operation operation)
        {
            int number = Number(operation);
            TrialTemplate? retry = operation.C == 3 && number < _ids.Count ? Next(number) : null;
            return Change(operation) with
            {
                // What the next try is given must not depend on this very write.
                Parameters = [],
                UserAttributes = AttributeSet.Empty,
                Finish = operation.C switch
                {
                    0 or 1 => Complete(operation.B),
                    2 => Complete(double.PositiveInfinity),
                    4 => Fail() with { State = TrialState.Pruned },
                    _ => Fail(retry),
                },
            };
        }

        /// <summary>The next try as a worker would ask for it, from what is stored of the trial.</summary>
        private TrialTemplate? Next(int number)
        {
            TrialRecord record = _stored[number];
            return record.State.IsFinished() ? null : StorageRules.NextTry(record, int.MaxValue);
        }

        private async Task CheckAsync()
        {
            _stored = (await contract.ReadAsync(id)).Trials;
            _ids.Clear();
            _ids.AddRange(_stored.Select(trial => trial.Id));
            Assert.Equal(_model.Trials.Count, _stored.Count);
            Assert.Equal(_model.Trials.Select(trial => trial.ToText(_stored[trial.Number].CompletedAt)), _stored.Select(RecordText.Of));
        }
    }
}
