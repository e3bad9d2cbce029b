using System.Text.RegularExpressions;

namespace FreshTrack.Plan;

/// <param name="Type">As <c>format_type</c> prints it with an empty search path.</param>
/// <param name="TransportType">The type without modifier, a domain's base, text for enums: what a binary COPY
/// carries.</param>
/// <param name="NeedsCast">Binary COPY cannot read the transport type into such a column; a cast must follow.</param>
public sealed partial record CatalogColumn(string Name, string Type, string TransportType, bool NeedsCast)
{
    public bool IsEnum { get; init; }

    public bool NotNull { get; init; }

    /// <summary>Its SQL; null for none.</summary>
    public string? Default { get; init; }

    public bool IsGenerated { get; init; }

    /// <summary>What a generated column is computed from; null for others.</summary>
    public string? Generation { get; init; }

    public bool IsIdentity { get; init; }

    /// <summary>A sequence gives it the values that an INSERT leaves out.</summary>
    public bool IsNumbered => IsIdentity || (Default is { } sql && NextValue().IsMatch(Literals().Replace(sql, "''")));

    /// <summary>May be left out of an INSERT.</summary>
    public bool FillsItself => !NotNull || Default is not null || IsGenerated || IsIdentity;

    [GeneratedRegex("'([^']|'')*'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Literals();

    /// <summary>PostgreSQL's own function, not one of the same name in another schema.</summary>
    [GeneratedRegex(
        @"(^|[^\w$.""])(pg_catalog\.)?nextval\(",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex NextValue();
}
