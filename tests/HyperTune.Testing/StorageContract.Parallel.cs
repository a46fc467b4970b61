using System.Globalization;
using CsCheck;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <content>Random operations of two workers at the same time, whose outcomes some order of them must explain.</content>
public abstract partial class StorageContract
{
    /// <summary>Running trials of the beginning: those whose lease has lapsed, then one that is alive.</summary>
    private const int Lapsed = 3;

    /// <summary>Trials of the beginning: the running ones and two that wait.</summary>
    private const int Prepared = Lapsed + 3;

    private static readonly OperationKind[] ParallelKinds =
        [OperationKind.Start, OperationKind.Add, OperationKind.Change, OperationKind.Finish, OperationKind.Renew, OperationKind.TakeBack, OperationKind.SetAttributes];

    private static readonly Gen<Operation[]> FewOperations = Gen
        .Select(Gen.Int[0, ParallelKinds.Length - 1], Gen.Int[0, 7], Gen.Int[0, 5], Gen.Int[0, 5], (kind, a, b, c) => new Operation(ParallelKinds[kind], a, b, c))
        .Array[1, 3];

    [Fact]
    public async Task Random_operations_of_two_workers_come_out_as_in_one_order_of_them()
    {
        IStorage second = await OpenSecondAsync();
        int run = 0;
        await Gen.Select(FewOperations, FewOperations).SampleAsync(
            async pair =>
            {
                if (!OrdersRenewals && pair.Item1.Concat(pair.Item2).Select(operation => operation.Kind).ToHashSet().IsSupersetOf([OperationKind.Renew, OperationKind.TakeBack])) return;
                StudyId id = await CreateAsync(string.Create(CultureInfo.InvariantCulture, $"parallel {Interlocked.Increment(ref run)}"));
                await new ParallelRun(this, id, second).RunAsync(pair.Item1, pair.Item2);
            },
            iter: RandomRuns,
            threads: 1,
            print: pair => $"{string.Join("\n", pair.Item1)}\nbeside\n{string.Join("\n", pair.Item2)}");
    }

    /// <summary>One operation: what it does to a storage and to the model, and what each of them answers.</summary>
    private sealed record Step(Func<IStorage, Task<string>> DoAsync, Func<StorageModel, string> Expect);

    private sealed class ParallelRun(StorageContract contract, StudyId id, IStorage second)
    {
        private readonly TrialStart _lapsing = NewStart(Lapsed), _alive = NewStart();
        private readonly TrialTemplate[] _waiting = [Queued(("x", 0)), Queued(("x", 1))];
        private TrialId[] _ids = [];

        public async Task RunAsync(Operation[] first, Operation[] other)
        {
            IStorage storage = contract.Storage;
            await storage.StartTrialsAsync(id, _lapsing, Token);
            await contract.AgeLeasesAsync(storage, id, LongAge);
            await storage.StartTrialsAsync(id, _alive, Token);
            await storage.AddTrialsAsync(id, NewImport(_waiting), Token);
            _ids = [.. (await contract.ReadAsync(id)).Trials.Select(trial => trial.Id)];
            Assert.Equal(Prepared, _ids.Length);
            Step[][] steps = [[.. first.Select(StepOf)], [.. other.Select(StepOf)]];

            string[][] answers = await TogetherAsync(2, async i =>
            {
                var mine = new string[steps[i].Length];
                for (int k = 0; k < mine.Length; k++) mine[k] = await steps[i][k].DoAsync(i == 0 ? storage : second);
                return mine;
            });

            IReadOnlyList<TrialRecord> trials = (await contract.ReadAsync(id, storage: second)).Trials;
            StudyRecord study = await contract.ReadStudyAsync(id, second);
            (Step Step, string Answer)[] ours = [.. steps[0].Zip(answers[0])], theirs = [.. steps[1].Zip(answers[1])];
            Assert.True(
                Orders<(Step Step, string Answer)>(ours, theirs).Any(order => Explains(order, trials, study)),
                $"No order explains the answers {string.Join(" | ", answers[0])} beside {string.Join(" | ", answers[1])}, after which there are\n{string.Join("\n", trials.Select(RecordText.Of))}");
        }

        /// <summary>All orders of both that keep each one's own.</summary>
        private static IEnumerable<IEnumerable<T>> Orders<T>(ReadOnlyMemory<T> ours, ReadOnlyMemory<T> theirs)
        {
            if (ours.IsEmpty || theirs.IsEmpty) return [[.. ours.Span, .. theirs.Span]];
            return Orders(ours[1..], theirs).Select(rest => rest.Prepend(ours.Span[0])).Concat(Orders(ours, theirs[1..]).Select(rest => rest.Prepend(theirs.Span[0])));
        }

        private bool Explains(IEnumerable<(Step Step, string Answer)> order, IReadOnlyList<TrialRecord> trials, StudyRecord study)
        {
            var model = new StorageModel();
            model.Start(_lapsing.Count, null, true, _lapsing.StartedAt);
            model.Age(LongAge);
            model.Start(_alive.Count, null, true, _alive.StartedAt);
            model.Add(_waiting, skipIfExists: false);
            return order.All(done => done.Step.Expect(model) == done.Answer)
                && model.Trials.Count == trials.Count
                && model.Trials.Zip(trials).All(pair => pair.First.ToText(pair.Second.CompletedAt) == RecordText.Of(pair.Second))
                && RecordText.Of(model.User) == RecordText.Of(study.UserAttributes)
                && RecordText.Of(model.System) == RecordText.Of(study.SystemAttributes);
        }

        private Step StepOf(Operation operation)
        {
            int number = ((operation.A * 6) + operation.B) % Prepared;
            switch (operation.Kind)
            {
                case OperationKind.Start:
                    TrialStart start = NewStart(1 + (operation.A % 2), operation.B < 3 ? null : operation.B + 2, operation.C < 4);
                    return new(
                        async storage => Show((await storage.StartTrialsAsync(id, start, Token)).Select(trial => trial.Number)),
                        model => Show(model.Start(start.Count, start.TotalTrials, start.IsLeased, start.StartedAt)));
                case OperationKind.Add:
                    TrialImport import = NewImport(Queued(("x", operation.A % 3)), Queued(("x", operation.B % 3))) with { SkipIfExists = operation.C > 1 };
                    return new(async storage => Show(await storage.AddTrialsAsync(id, import, Token)), model => Show(model.Add(import.Trials, import.SkipIfExists)!));
                case OperationKind.Renew:
                    return new(async storage => Show(await storage.RenewLeasesAsync(id, [_ids[number]], Token)), model => Show([model.Renew(number)]));
                case OperationKind.TakeBack:
                    LeaseRules rules = Rules(operation.A % 2);
                    return new(
                        async storage => Show((await storage.TakeBackAsync(id, rules, Token)).OrderBy(taken => taken.Number).Select(taken => (taken.Number, taken.RetryNumber))),
                        model => Show(model.TakeBack(rules)));
                case OperationKind.SetAttributes:
                    var changes = new AttributeChanges { User = Attribute($"u{operation.A % 2}", operation.B), PutIfAbsent = Attribute($"p{operation.A % 2}", operation.C) };
                    return new(
                        async storage =>
                        {
                            await storage.SetStudyAttributesAsync(id, changes, Token);
                            return "";
                        },
                        model =>
                        {
                            model.SetAttributes(changes);
                            return "";
                        });
                default:
                    TrialChanges change = new()
                    {
                        Trial = _ids[number],
                        // Of one name in two kinds the first to come is right.
                        Parameters = operation.C == 5 ? [] : [new("p", operation.C < 3 ? new FloatDistribution(0, 9) : new IntDistribution(0, 9), operation.B)],
                        IntermediateValues = [new(operation.A % 2, operation.C)],
                        UserAttributes = Attribute("by", operation.ToString()),
                        Study = operation.C == 1 ? new() { PutIfAbsent = Attribute("p0", operation.B) } : null,
                        Finish = operation.Kind == OperationKind.Finish ? Complete(operation.B) : null,
                    };
                    return new(async storage => Show(await storage.WriteAsync(id, [change], Token)), model => Show([model.Write(number, change)]));
            }
        }

        private static string Show<T>(IEnumerable<T> answers) => string.Join(", ", answers);
    }
}
