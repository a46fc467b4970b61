using System.Numerics;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    /// <summary>A value of each kind and of each difficulty that a stored text has.</summary>
    private static AttributeSet EveryKind { get; } = AttributeSet.Of(new Dictionary<string, AttributeValue>
    {
        ["null"] = AttributeValue.Null,
        ["true"] = true,
        ["false"] = false,
        ["zero"] = 0,
        ["whole"] = -42,
        ["whole double"] = 1.0,
        ["least long"] = long.MinValue,
        ["large"] = AttributeValue.Integer(BigInteger.Pow(10, 60) + 1),
        ["large negative"] = AttributeValue.Integer(-BigInteger.Pow(2, 64)),
        ["double"] = 0.1,
        ["smallest"] = double.Epsilon,
        ["largest"] = double.MaxValue,
        ["1e16"] = 1e16,
        ["NaN"] = double.NaN,
        ["infinity"] = double.PositiveInfinity,
        ["negative infinity"] = double.NegativeInfinity,
        ["empty text"] = "",
        ["text"] = "line\nquote \" slash \\ / tab \t bell \a delete \x7f",
        ["words"] = new[] { "NaN", "Infinity", "null", "true", "1" },
        ["unicode"] = "Größe 漢字 🚀 \u2028\u2029",
        ["zero character"] = "a\0b",
        ["half pairs"] = "high \uD83D low \uDE80 turned \uDE80\uD83D",
        ["empty array"] = AttributeValue.Array(),
        ["empty object"] = AttributeValue.Object(),
        ["array"] = AttributeValue.Array(1, 1.0, true, null, "a", AttributeValue.Array(double.NaN, AttributeValue.Object(("k", 1)))),
        ["object"] = AttributeValue.Object(("z", 1), ("a", AttributeValue.Object(("", AttributeValue.Array()), ("🚀\0\uD83D", double.NegativeInfinity))), ("'; --", null)),
    });

    [Fact]
    public async Task Attributes_of_every_kind_come_back_as_they_were()
    {
        StudyId id = await CreateAsync();
        await Storage.SetStudyAttributesAsync(id, new() { User = EveryKind, System = EveryKind }, Token);
        TrialRecord trial = await StartOneAsync(id);
        await WriteAsync(id, new() { Trial = trial.Id, UserAttributes = EveryKind, SystemAttributes = EveryKind });
        await AddAsync(id, Done(1) with { UserAttributes = EveryKind, SystemAttributes = EveryKind });

        IStorage second = await OpenSecondAsync();
        StudyDelta read = await ReadAsync(id, storage: second);

        Same(EveryKind, read.Study!.UserAttributes);
        Same(EveryKind, read.Study.SystemAttributes);
        Assert.All(read.Trials, record => Same(EveryKind, record.UserAttributes));
        Assert.All(read.Trials, record => Same(EveryKind, record.SystemAttributes));
        Assert.Equal(2, read.Trials.Count);

        static void Same(AttributeSet expected, AttributeSet actual)
        {
            Assert.Equal(RecordText.Of(expected), RecordText.Of(actual));
            foreach ((string key, AttributeValue value) in expected) Assert.True(value.Equals(actual[key]), $"The attribute '{key}' came back as {actual[key]}.");
        }
    }

    [Fact]
    public async Task Texts_of_megabytes_and_the_deepest_nesting_come_back_as_they_were()
    {
        string text = string.Concat(Enumerable.Repeat("0123456789ä🚀", 100_000));
        AttributeValue deep = 1;
        for (int i = 0; i < AttributeValue.MaxDepth; i++) deep = i % 2 == 0 ? AttributeValue.Array(deep) : AttributeValue.Object(("d", deep));
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);

        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("text", text).With("deep", deep) }, Token);
        await WriteAsync(id, new() { Trial = trial.Id, UserAttributes = Attribute("text", text).With("deep", deep) });

        IStorage second = await OpenSecondAsync();
        StudyRecord study = await ReadStudyAsync(id, second);
        TrialRecord read = await ReadTrialAsync(id, 0, second);
        Assert.True(study.UserAttributes["text"].AsString() == text);
        Assert.True(read.UserAttributes["text"].AsString() == text);
        Assert.True(study.UserAttributes["deep"].Equals(deep));
        Assert.True(read.UserAttributes["deep"].Equals(deep));
    }

    [Fact]
    public async Task User_and_system_attributes_are_apart_and_a_later_value_replaces_an_earlier_one()
    {
        StudyId id = await CreateAsync();

        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("k", 1).With("u", 1), System = Attribute("k", "one") }, Token);
        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("k", 2) }, Token);
        await Storage.SetStudyAttributesAsync(id, new() { System = Attribute("k", AttributeValue.Null).With("s", 1) }, Token);
        await Storage.SetStudyAttributesAsync(id, new(), Token);

        Assert.Equal("study [Minimize] user {k: 2, u: 1} system {k: null, s: 1}", RecordText.Of(await ReadStudyAsync(id)));
    }

    [Fact]
    public async Task PutIfAbsent_keeps_the_first_value_whatever_it_is()
    {
        StudyId id = await CreateAsync();

        await Storage.SetStudyAttributesAsync(id, new() { PutIfAbsent = Attribute("gen", AttributeValue.Null).With("a", 1) }, Token);
        await Storage.SetStudyAttributesAsync(id, new() { PutIfAbsent = Attribute("gen", 2).With("a", 2).With("b", 2), User = Attribute("gen", 3) }, Token);
        StudyId other = await CreateAsync("other");
        await Storage.SetStudyAttributesAsync(other, new() { PutIfAbsent = Attribute("gen", 9) }, Token);

        Assert.Equal("study [Minimize] user {gen: 3} system {a: 1, b: 2, gen: null}", RecordText.Of(await ReadStudyAsync(id)));
        Assert.Equal("other [Minimize] user {} system {gen: 9}", RecordText.Of(await ReadStudyAsync(other)));
    }

    [Fact]
    public async Task Of_parallel_first_writers_one_wins_and_all_read_the_same_winner()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        TrialRecord[] trials = [.. await StartAsync(id, 8)];

        long[] seen = await TogetherAsync(8, async i =>
        {
            IStorage mine = i % 2 == 0 ? Storage : second;
            var put = new AttributeChanges { PutIfAbsent = Attribute("gen", i) };
            if (i < 4) await mine.SetStudyAttributesAsync(id, put, Token);
            else await WriteAsync(id, new() { Trial = trials[i].Id, Study = put }, mine);
            return (await ReadStudyAsync(id, mine)).SystemAttributes["gen"].AsInt64();
        });

        Assert.Single(seen.Distinct());
    }

    [Fact]
    public async Task Parallel_writers_of_different_attributes_lose_none()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();

        await TogetherAsync(8, async i =>
        {
            await (i % 2 == 0 ? Storage : second).SetStudyAttributesAsync(id, new() { User = Attribute($"u{i}", i).With("shared", i), System = Attribute($"s{i}", i) }, Token);
            return i;
        });

        StudyRecord study = await ReadStudyAsync(id);
        Assert.Equal(9, study.UserAttributes.Count);
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(i, study.UserAttributes[$"u{i}"].AsInt64()));
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(i, study.SystemAttributes[$"s{i}"].AsInt64()));
    }
}
