using CsCheck;
using HyperTune.Trials;

namespace HyperTune.Tests.Trials;

public sealed class JointSampleTests
{
    private static readonly Distribution Unit = new FloatDistribution(0, 1);

    [Fact]
    public void A_sample_of_any_length_comes_back_from_its_pieces() => Gen.Select(Gen.Int[0, 120], Gen.Int[1, 100]).Sample((count, nameLength) =>
    {
        var sample = ParameterSet.Of(Enumerable.Range(0, count).Select(i => Some($"{i}é🚀{new string('n', nameLength)}", i)));

        AttributeSet attributes = JointSample.Encode(sample);

        Assert.Equal(sample, JointSample.Decode(attributes, name => sample[sample.IndexOf(name)].Distribution));
        Assert.All(attributes.Values, piece => Assert.InRange(piece.AsString().Length, 1, SystemKeys.PieceLength));
        Assert.Equal(Enumerable.Range(0, attributes.Count).Select(i => $"tpe:relative_params:{i}"), attributes.Keys);
    });

    [Theory]
    [InlineData(SystemKeys.PieceLength - 1)]
    [InlineData(SystemKeys.PieceLength)]
    [InlineData(SystemKeys.PieceLength + 1)]
    [InlineData(2 * SystemKeys.PieceLength)]
    [InlineData((2 * SystemKeys.PieceLength) + 1)]
    public void A_text_that_just_fills_its_pieces_comes_back(int length)
    {
        // {"n…": 0.5} has 9 characters around the name.
        ParameterSet sample = ParameterSet.Empty.With(new string('n', length - 9), Unit, 0.5);

        AttributeSet attributes = JointSample.Encode(sample);

        Assert.Equal(length, attributes.Values.Sum(piece => piece.AsString().Length));
        Assert.Equal((length + SystemKeys.PieceLength - 1) / SystemKeys.PieceLength, attributes.Count);
        Assert.Equal(sample, JointSample.Decode(attributes, _ => Unit));
    }

    [Fact]
    public void The_text_is_the_one_that_Optuna_writes()
    {
        ParameterSet sample = ParameterSet.Empty
            .With("rate", new FloatDistribution(1e-5, 1, log: true), 1e-5)
            .With("depth", new IntDistribution(1, 9), 3)
            .With("kernel", new CategoricalDistribution([null, true, "ö"]), 2);

        Assert.Equal("{\"rate\": 1e-05, \"depth\": 3, \"kernel\": \"\\u00f6\"}", JointSample.Encode(sample)["tpe:relative_params:0"].AsString());
    }

    [Fact]
    public void A_text_of_which_pieces_are_missing_gives_nothing()
    {
        AttributeSet attributes = JointSample.Encode(ParameterSet.Of(Enumerable.Range(0, 300).Select(i => new Parameter($"parameter {i}", Unit, 0.5))));
        Assert.True(attributes.Count >= 3);

        foreach (string missing in attributes.Keys)
        {
            var torn = AttributeSet.Of(attributes.Where(entry => entry.Key != missing));
            Assert.Empty(JointSample.DecodeExternal(torn));
            Assert.Empty(JointSample.Decode(torn, _ => Unit));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("{\"x\": 1} trailing")]
    [InlineData("{\"x\": }")]
    public void A_text_that_is_no_sample_gives_nothing(string text) =>
        Assert.Empty(JointSample.DecodeExternal(AttributeSet.Empty.With("tpe:relative_params:0", text)));

    [Fact]
    public void An_attribute_that_is_no_text_gives_nothing() =>
        Assert.Empty(JointSample.DecodeExternal(AttributeSet.Empty.With("tpe:relative_params:0", AttributeValue.Object(("x", 1)))));

    [Fact]
    public void Unknown_names_and_values_outside_of_the_distribution_are_left_out()
    {
        AttributeSet attributes = AttributeSet.Empty.With(
            "gp:relative_params:0", "{\"known\": 0.5, \"unknown\": 0.5, \"outside\": 2.0, \"text\": \"a\", \"array\": [1], \"nan\": NaN, \"last\": 1}");

        IEnumerable<Parameter> decoded = JointSample.Decode(attributes, name => name == "unknown" ? null : Unit);

        Assert.Equal([new("known", Unit, 0.5), new("last", Unit, 1)], decoded);
    }

    [Fact]
    public void A_trial_without_a_sample_gives_nothing() => Assert.Empty(JointSample.DecodeExternal(AttributeSet.Empty.With("other", 1)));

    private static Parameter Some(string name, int i) => (i % 3) switch
    {
        0 => new(name, Unit, 1.0 / (i + 1)),
        1 => new(name, new IntDistribution(0, 1000), i),
        _ => new(name, new CategoricalDistribution([null, $"choice {i} 漢\0", i + 0.5]), i % 2 == 0 ? 1 : 2),
    };
}
