namespace HyperTune;

#pragma warning disable CA1720 // These are the names that JSON gives its kinds.
/// <summary>The kinds of JSON value that an attribute can have.</summary>
public enum AttributeKind
{
    /// <summary>The value <c>null</c>.</summary>
    Null,

    /// <summary>The values <c>true</c> and <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number, written without a point; of any size.</summary>
    Integer,

    /// <summary>A double, written with a point or an exponent; also NaN and the infinities.</summary>
    Number,

    /// <summary>A text.</summary>
    String,

    /// <summary>An ordered list of values.</summary>
    Array,

    /// <summary>Named values, in the order in which they were given.</summary>
    Object,
}
