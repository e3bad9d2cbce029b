using System.Text.RegularExpressions;

namespace FreshTrack.Cutover.Deploy;

/// <summary>A statement of a schema script after which the version of the API that still runs, or the one that a step
/// back brings, may no longer work: something goes, is renamed, or takes less than before. What is only added is
/// none.</summary>
/// <param name="Line">Of the script, from 1.</param>
/// <param name="Statement">Its first words.</param>
public sealed partial record SchemaChange(int Line, string Statement)
{
    /// <summary>Stands before such a statement, with the reason: <c>-- nothing reads it: since 1.4.0</c>.</summary>
    public const string Excuse = "-- nothing reads it:";

    private const int MostShown = 80;

    /// <summary>Such statements without an excuse in the lines directly before them, in blocks (<c>do</c>) too. The
    /// bodies of functions are not looked at: a function that is replaced keeps its name.</summary>
    /// <param name="script">SQL.</param>
    public static IReadOnlyList<SchemaChange> Find(string script)
    {
        var found = new List<SchemaChange>();
        var start = 0;
        var text = Bodies()
            .Replace(
                Blocks().Replace(script, block => block.Value.Replace("$", " ")),
                body => new string('\n', body.Value.Count(letter => letter == '\n'))
            );
        foreach (var statement in text.Split(';'))
        {
            var bare = Literals().Replace(Comments().Replace(statement, ""), "''");
            if (Narrowing().IsMatch(bare) && !Excused().IsMatch(statement))
            {
                var before = statement.Length - statement.TrimStart().Length;
                var at = start + before + LeadingComments().Match(statement[before..]).Length;
                var words = string.Join(' ', bare.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                found.Add(
                    new SchemaChange(
                        1 + text.AsSpan(0, at).Count('\n'),
                        words.Length > MostShown ? $"{words[..MostShown]}…" : words
                    )
                );
            }

            start += statement.Length + 1;
        }

        return found;
    }

    [GeneratedRegex(@"\$(?<tag>\w*)\$.*?\$\k<tag>\$", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bodies();

    [GeneratedRegex(
        @"\bdo\s+\$(?<tag>\w*)\$.*?\$\k<tag>\$",
        RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Blocks();

    [GeneratedRegex("'[^']*'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literals();

    [GeneratedRegex(@"--[^\n]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\A(\s*--[^\n]*\n)*\s*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeadingComments();

    [GeneratedRegex(@"-- nothing reads it: *\S", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Excused();

    [GeneratedRegex(
        @"\bdrop\s+(table|column|view|materialized|function|procedure|schema|type|domain|sequence|extension)\b"
            + @"|\bdrop\s+(if\s+exists\s+)?(?!default\b|identity\b|expression\b)""?\w+""?\s*(,|cascade|restrict|\z)"
            + @"|\brename\b|\bset\s+not\s+null\b|\btype\s+\w|\bset\s+schema\b|\btruncate\b|\bdelete\s+from\b"
            + @"|\brevoke\s+(?!execute\b)|\badd\s+column\b(?![^,]*\bdefault\b)[^,]*\bnot\s+null\b"
            + @"|\badd\s+(constraint\s+\w+\s+)?(check|unique|foreign|primary|exclude)\b|\bcreate\s+unique\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Narrowing();
}
