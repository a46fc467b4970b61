namespace HyperTune.Tests;

public sealed class GuardTests
{
    [Fact]
    public void Values_inside_pass()
    {
        int startup = 0;
        Assert.Equal(0, Guard.AtLeast(startup, 0));
        Assert.Equal(5L, Guard.AtLeast(5L, 5L));
        Assert.Equal(0.5, Guard.AtLeast(0.5, 0.5));
        Assert.Equal(TimeSpan.Zero, Guard.AtLeast(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(double.Epsilon, Guard.Above(double.Epsilon, 0));
        Assert.Equal(TimeSpan.FromTicks(1), Guard.Above(TimeSpan.FromTicks(1), TimeSpan.Zero));
        Assert.Equal(1, Guard.InRange(1, 1, 1));
        Assert.Equal(1.0, Guard.InRange(1.0, 0, 1));
        Assert.Equal(TimeSpan.Zero, Guard.InRange(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.MaxValue));
        Assert.Equal(0.5, Guard.Between(0.5, 0, 1));
        Assert.Equal(DayOfWeek.Friday, Guard.Defined(DayOfWeek.Friday));
        Assert.Equal("x", Guard.NotNullOrEmpty("x"));
        Assert.Equal([1], Guard.NotNullOrEmpty([1]));
        Assert.Equal(1e308, Guard.Finite(1e308));
    }

    [Fact]
    public void Values_outside_are_refused()
    {
        int startup = -1;
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => Guard.AtLeast(startup, 0));
        Assert.Equal("startup", refusal.ParamName);
        Assert.Equal(-1, refusal.ActualValue);
        Assert.Contains("startup is -1, but must be at least 0. Give a larger one.", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.AtLeast(4L, 5L));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.AtLeast(double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.AtLeast(TimeSpan.FromTicks(-1), TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Above(0.0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Above(double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Above(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.InRange(2, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.InRange(double.NaN, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.InRange(TimeSpan.FromTicks(-1), TimeSpan.Zero, TimeSpan.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.InRange(TimeSpan.FromTicks(2), TimeSpan.Zero, TimeSpan.FromTicks(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Between(1.0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Between(double.NaN, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Defined((DayOfWeek)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.Finite(double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => Guard.NotNullOrEmpty(""));
        Assert.Throws<ArgumentException>(() => Guard.NotNullOrEmpty(Array.Empty<int>()));
        Assert.Throws<ArgumentNullException>(() => Guard.NotNull((string?)null));
    }

    [Fact]
    public void Initializers_are_named_after_the_property()
    {
        Assert.Equal(3, new Options { Startup = 3 }.Startup);
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new Options { Startup = -1 });
        Assert.Equal("Startup", refusal.ParamName);
    }

    private sealed record Options
    {
        public int Startup { get; init => field = Guard.AtLeast(value, 0); }
    }
}
