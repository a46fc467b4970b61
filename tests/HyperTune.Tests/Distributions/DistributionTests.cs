using CsCheck;
using HyperTune.Testing;

namespace HyperTune.Tests.Distributions;

public sealed class DistributionTests
{
    [Fact]
    public void Json_round_trips() => DistributionGenerators.All.Sample(distribution =>
    {
        string json = distribution.ToJson();
        var back = Distribution.Parse(json);
        return back.Equals(distribution) && back.GetHashCode() == distribution.GetHashCode() && back.ToJson() == json && back.IsCompatibleWith(distribution);
    });

    [Theory]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 1e-05, \"high\": 0.1, \"log\": true}}")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": -Infinity, \"high\": Infinity, \"log\": false}}")]
    [InlineData("{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 3, \"low\": 0, \"high\": 9}}")]
    [InlineData("{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [null, true, 1, 2.5, \"a\"]}}")]
    [InlineData("{\"name\": \"UniformDistribution\", \"attributes\": {\"low\": 0.0, \"high\": 1.0}}")]
    [InlineData("{\"name\": \"LogUniformDistribution\", \"attributes\": {\"low\": 0.001, \"high\": 1.0}}")]
    [InlineData("{\"name\": \"DiscreteUniformDistribution\", \"attributes\": {\"low\": 0.0, \"high\": 1.0, \"q\": 0.25}}")]
    [InlineData("{\"name\": \"IntUniformDistribution\", \"attributes\": {\"step\": 2, \"low\": 1, \"high\": 9}}")]
    [InlineData("{\"name\": \"IntLogUniformDistribution\", \"attributes\": {\"step\": 1, \"low\": 1, \"high\": 64}}")]
    public void Stored_text_is_written_back(string json)
    {
        var distribution = Distribution.Parse(json);

        Assert.Equal(json, distribution.ToJson());
        Assert.Equal(json.Contains("Uniform", StringComparison.Ordinal) ? json.Split('"')[3] : null, distribution.LegacyName);
    }

    [Theory]
    [InlineData("{\"type\": \"float\", \"low\": 0, \"high\": 1}", "float [0, 1]")]
    [InlineData("{\"type\": \"float\", \"low\": 0, \"high\": 1, \"step\": 0.3, \"log\": false}", "float [0, 0.9] step 0.3")]
    [InlineData("{\"type\": \"float\", \"low\": 1, \"high\": 2, \"log\": true}", "float [1, 2] log")]
    [InlineData("{\"type\": \"int\", \"low\": 1, \"high\": 9, \"step\": 2}", "int [1, 9] step 2")]
    [InlineData("{\"type\": \"int\", \"low\": 1.0, \"high\": 9, \"log\": true}", "int [1, 9] log")]
    [InlineData("{\"type\": \"categorical\", \"choices\": [1, null]}", "categorical [1, null]")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 0, \"high\": 1}}", "float [0, 1]")]
    public void Parse_OtherForms_AreRead(string json, string expected) => Assert.Equal(expected, Distribution.Parse(json).ToString());

    [Theory]
    [InlineData("", "position 0")]
    [InlineData("[]", "object")]
    [InlineData("{}", "neither")]
    [InlineData("{\"name\": \"NormalDistribution\", \"attributes\": {}}", "'NormalDistribution' is unknown")]
    [InlineData("{\"name\": 1, \"attributes\": {}}", "'name' is 1")]
    [InlineData("{\"name\": \"FloatDistribution\"}", "'attributes'")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 0}}", "'high' is missing")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 0, \"high\": 1, \"q\": 1}}", "'q' is unknown")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": \"0\", \"high\": 1}}", "'low' is \"0\"")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 2, \"high\": 1}}", "low must not be above high")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 0, \"high\": 1, \"log\": true}}", "above 0")]
    [InlineData("{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 0, \"high\": 1, \"log\": 1}}", "not a bool")]
    [InlineData("{\"name\": \"IntDistribution\", \"attributes\": {\"low\": 0.5, \"high\": 1}}", "'low' is 0.5")]
    [InlineData("{\"name\": \"IntDistribution\", \"attributes\": {\"low\": 0, \"high\": 1, \"step\": 0}}", "step is 0")]
    [InlineData("{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": 1}}", "not an array")]
    [InlineData("{\"type\": \"normal\"}", "unknown")]
    public void Parse_BadText_SaysWhy(string json, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Distribution.Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("float(0,1)", "float(-3,9)", true)]
    [InlineData("float(1,2)", "float(1,2,log)", false)]
    [InlineData("float(0,1)", "float(0,1,step)", true)]
    [InlineData("float(0,1)", "int(0,1)", false)]
    [InlineData("int(1,9)", "int(1,9,step)", true)]
    [InlineData("int(1,9)", "int(1,9,log)", false)]
    [InlineData("cat(a,1)", "cat(a,true)", true)]
    [InlineData("cat(a,1)", "cat(a,1.0)", true)]
    [InlineData("cat(a,1)", "cat(1,a)", false)]
    [InlineData("cat(a,1)", "cat(a)", false)]
    [InlineData("cat(nan)", "cat(nan)", true)]
    [InlineData("float(0,1)", "legacy", false)]
    [InlineData("legacy", "legacy", true)]
    public void IsCompatibleWith_FollowsOptuna(string one, string other, bool expected)
    {
        Assert.Equal(expected, Named(one).IsCompatibleWith(Named(other)));
        Assert.Equal(expected, Named(other).IsCompatibleWith(Named(one)));
    }

    private static Distribution Named(string name) => name switch
    {
        "float(0,1)" => new FloatDistribution(0, 1),
        "float(-3,9)" => new FloatDistribution(-3, 9),
        "float(1,2)" => new FloatDistribution(1, 2),
        "float(1,2,log)" => new FloatDistribution(1, 2, log: true),
        "float(0,1,step)" => new FloatDistribution(0, 1, step: 0.1),
        "int(0,1)" => new IntDistribution(0, 1),
        "int(1,9)" => new IntDistribution(1, 9),
        "int(1,9,step)" => new IntDistribution(1, 9, step: 2),
        "int(1,9,log)" => new IntDistribution(1, 9, log: true),
        "cat(a,1)" => new CategoricalDistribution(["a", 1]),
        "cat(a,true)" => new CategoricalDistribution(["a", true]),
        "cat(a,1.0)" => new CategoricalDistribution(["a", 1.0]),
        "cat(1,a)" => new CategoricalDistribution([1, "a"]),
        "cat(a)" => new CategoricalDistribution(["a"]),
        "cat(nan)" => new CategoricalDistribution([double.NaN]),
        _ => Distribution.Parse("{\"name\": \"UniformDistribution\", \"attributes\": {\"low\": 0.0, \"high\": 1.0}}"),
    };
}
