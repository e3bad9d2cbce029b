using System.Text.RegularExpressions;

namespace FreshTrack.Plan;

/// <summary>Finds the names an SQL expression may refer to columns by: enough to know which columns it uses, without a
/// parser.</summary>
internal static partial class SqlNames
{
    // Only quotes make a column of these, so bare they are none.
    private static readonly HashSet<string> Reserved = new([
        "all",
        "and",
        "any",
        "array",
        "as",
        "both",
        "case",
        "cast",
        "collate",
        "default",
        "distinct",
        "else",
        "end",
        "false",
        "for",
        "from",
        "group",
        "having",
        "in",
        "leading",
        "limit",
        "not",
        "null",
        "offset",
        "on",
        "or",
        "order",
        "select",
        "some",
        "symmetric",
        "then",
        "to",
        "trailing",
        "true",
        "union",
        "user",
        "using",
        "when",
        "where",
        "with",
    ]);

    /// <summary>Identifiers outside of literals that are neither a function's name nor a cast's type.</summary>
    public static IReadOnlySet<string> In(string expression)
    {
        var names = new HashSet<string>();
        var at = 0;
        var afterCast = false;
        while (at < expression.Length)
        {
            var start = at;
            var next = expression[at];
            if (next == '\'')
            {
                at = EndOfQuoted(expression, at, '\'');
            }
            else if (next == '"')
            {
                at = EndOfQuoted(expression, at, '"');
                Add(names, expression, at, afterCast, expression[(start + 1)..(at - 1)].Replace("\"\"", "\""));
            }
            else if (EndOfComment(expression, at) is { } end)
            {
                at = end;
                continue;
            }
            else if (char.IsLetter(next) || next == '_')
            {
                at = EndOfWord(expression, at);
                var word = expression[start..at].ToLowerInvariant();
                if (word == "as")
                {
                    // cast(… as type)
                    afterCast = true;
                    continue;
                }

                if (word == "at" && TimeZone().Match(expression[at..]) is { Success: true } zone)
                {
                    at += zone.Length;
                }
                else if (!Reserved.Contains(word))
                {
                    Add(names, expression, at, afterCast, word);
                }
            }
            else
            {
                at++;
                // Spaces and dots leave a cast open: '::' schema.type.
                afterCast = next == ':' || (afterCast && next is ' ' or '.');
                continue;
            }

            afterCast = afterCast && at < expression.Length && expression[at] == '.';
        }

        return names;
    }

    /// <summary>The column that the expression names when it is nothing but a name; null otherwise.</summary>
    public static string? PlainName(string expression)
    {
        var text = expression.Trim();
        if (text.Length > 2 && text[0] == '"' && EndOfQuoted(text, 0, '"') == text.Length)
        {
            return text[1..^1].Replace("\"\"", "\"");
        }

        return text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') && EndOfWord(text, 0) == text.Length
            ? text.ToLowerInvariant()
            : null;
    }

    private static void Add(HashSet<string> names, string expression, int end, bool afterCast, string name)
    {
        if (!afterCast && !expression.AsSpan(end).TrimStart().StartsWith("("))
        {
            names.Add(name);
        }
    }

    /// <summary>The place after the comment that starts here; null when none does.</summary>
    private static int? EndOfComment(string text, int at)
    {
        var close = text.AsSpan(at) switch
        {
            ['-', '-', ..] => "\n",
            ['/', '*', ..] => "*/",
            _ => null,
        };
        if (close is null)
        {
            return null;
        }

        var end = text.IndexOf(close, at + 2);
        return end < 0 ? text.Length : end + close.Length;
    }

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$'))
        {
            at++;
        }

        return at;
    }

    /// <summary>The place after the closing quote; a doubled quote stays inside.</summary>
    private static int EndOfQuoted(string text, int at, char quote)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                if (at + 1 == text.Length || text[at + 1] != quote)
                {
                    return at + 1;
                }

                at++;
            }
        }

        return text.Length;
    }

    [GeneratedRegex(
        @"^\s+time\s+zone\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex TimeZone();
}
