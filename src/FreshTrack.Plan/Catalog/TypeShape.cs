using System.Text.RegularExpressions;

namespace FreshTrack.Plan;

/// <summary>A type's name without its modifier, and the modifier's numbers: precision and scale, or a length.</summary>
public sealed partial record TypeShape(string Name, int? First, int? Second)
{
    /// <param name="type">As <c>format_type</c> prints it: <c>numeric(5,2)</c>, <c>timestamp(3) with time
    /// zone</c>.</param>
    public static TypeShape Of(string type)
    {
        var match = Modifier().Match(type);
        return match.Success
            ? new TypeShape(
                type.Remove(match.Index, match.Length),
                Number(match.Groups["first"]),
                match.Groups["second"].Success ? Number(match.Groups["second"]) : null
            )
            : new TypeShape(type, null, null);
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan);

    [GeneratedRegex(
        @"\((?<first>\d+)(,(?<second>-?\d+))?\)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Modifier();
}
