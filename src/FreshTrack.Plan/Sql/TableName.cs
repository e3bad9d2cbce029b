namespace FreshTrack.Plan;

/// <summary>A table's schema and name, unquoted, as the catalog spells them.</summary>
public readonly record struct TableName(string Schema, string Name) : IComparable<TableName>
{
    /// <summary>Reads <c>schema.name</c>; a name alone is in <c>public</c>.</summary>
    public static TableName Parse(string text)
    {
        var dot = text.IndexOf('.');
        return dot < 0 ? new TableName("public", text) : new TableName(text[..dot], text[(dot + 1)..]);
    }

    public int CompareTo(TableName other)
    {
        var schema = string.CompareOrdinal(Schema, other.Schema);
        return schema != 0 ? schema : string.CompareOrdinal(Name, other.Name);
    }

    public override string ToString() => $"{Schema}.{Name}";

    public static bool operator <(TableName left, TableName right) => left.CompareTo(right) < 0;

    public static bool operator >(TableName left, TableName right) => left.CompareTo(right) > 0;

    public static bool operator <=(TableName left, TableName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TableName left, TableName right) => left.CompareTo(right) >= 0;
}
