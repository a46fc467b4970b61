using System.Numerics;

namespace HyperTune;

/// <summary>Equality as Optuna sees choices: <c>true</c>, <c>1</c> and <c>1.0</c> are equal, and NaN equals NaN.</summary>
internal sealed class StoredEquality : IEqualityComparer<AttributeValue>
{
    internal static readonly StoredEquality Instance = new();

    private StoredEquality()
    {
    }

    public bool Equals(AttributeValue? x, AttributeValue? y)
    {
        if (ReferenceEquals(x, y)) return true;
        if (x is null || y is null) return false;
        if (IsNumeric(x) && IsNumeric(y))
        {
            // Exactly, not through doubles: 2^53 + 1 is not 2^53.
            if (x.Kind != AttributeKind.Number && y.Kind != AttributeKind.Number) return Whole(x) == Whole(y);
            if (x.Kind == AttributeKind.Number && y.Kind == AttributeKind.Number) return x.AsDouble().Equals(y.AsDouble());
            var (whole, number) = x.Kind == AttributeKind.Number ? (y, x.AsDouble()) : (x, y.AsDouble());
            return double.IsFinite(number) && number == Math.Truncate(number) && Whole(whole) == new BigInteger(number);
        }
        if (x.Kind == AttributeKind.Array && y.Kind == AttributeKind.Array) return x.ItemSpan.SequenceEqual(y.ItemSpan, this);
        if (x.Kind == AttributeKind.Object && y.Kind == AttributeKind.Object)
        {
            return x.MemberArray.Length == y.MemberArray.Length
                && x.MemberArray.All(member => y.TryGetMember(member.Key, out var theirs) && Equals(member.Value, theirs));
        }
        return x.Equals(y);
    }

    public int GetHashCode(AttributeValue obj)
    {
        if (IsNumeric(obj)) return obj.Kind == AttributeKind.Boolean ? (obj.AsBoolean() ? 1.0 : 0.0).GetHashCode() : obj.AsDouble().GetHashCode();
        return obj.Kind is AttributeKind.Array or AttributeKind.Object ? (int)obj.Kind : obj.GetHashCode();
    }

    private static bool IsNumeric(AttributeValue value) => value.Kind is AttributeKind.Boolean or AttributeKind.Integer or AttributeKind.Number;

    private static BigInteger Whole(AttributeValue value) =>
        value.Kind == AttributeKind.Boolean ? (value.AsBoolean() ? BigInteger.One : BigInteger.Zero) : value.AsBigInteger();
}
