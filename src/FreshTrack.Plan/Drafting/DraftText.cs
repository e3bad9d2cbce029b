using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FreshTrack.Plan.Drafting;

/// <summary>Writes a draft as YAML; every question is a comment that starts with <c># TODO: </c>.</summary>
internal static partial class DraftText
{
    // All of YAML's escapes that this encoder makes are JSON's.
    private static readonly JsonSerializerOptions Quoting = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(
        string schema,
        IReadOnlyList<DraftTable> tables,
        IReadOnlyList<CatalogTable> unfilled,
        IReadOnlyList<Finding> findings
    )
    {
        var open = findings.ToList();
        var notMapped = Take(open, finding => finding.Code == FindingCodes.TableNotMapped);
        var entries = tables
            .SelectMany(table => Entry(table, Take(open, finding => IsOf(finding, table.Pair))))
            .ToList();
        IEnumerable<string> lines =
        [
            $"# yaml-language-server: $schema={schema}",
            "# Drafted from the catalogs of both sides. Columns of equal names move without a line.",
            "# Every TODO is to be decided; preflight goes on finding what is still open.",
            "version: 1",
            "tables:",
            .. entries,
            .. unfilled.Select(table =>
                Todo(
                    "",
                    $"{table.Name}: no source table was found for this target table; give it an entry, or "
                        + "leave it empty"
                )
            ),
            .. open.Select(finding => Todo("", Question(finding))),
            .. notMapped.Count == 0
                ? Enumerable.Empty<string>()
                : ["# Uncomment what stays behind on purpose; give the rest an entry under 'tables'.", "# leave:"],
            .. notMapped.SelectMany(finding =>
                new[] { Todo("", Question(finding)), $"#   - {Scalar(finding.Subject)}" }
            ),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<string> Entry(DraftTable table, IReadOnlyList<Finding> findings)
    {
        var (source, target, guess) = table.Pair;
        yield return "";
        if (guess is not null)
        {
            yield return Todo("  ", $"guessed: {source.Name} goes to {target.Name}, because {guess}");
        }

        yield return $"  - source: {Scalar(source.Name.ToString())}";
        yield return $"    target: {Scalar(target.Name.ToString())}";
        if (table.Renames.Count > 0)
        {
            yield return "    columns:";
        }

        foreach (var rename in table.Renames)
        {
            yield return Todo("      ", $"guessed: {rename.Target} takes {rename.Source} ({rename.Why})");
            yield return $"      {Scalar(rename.Target)}: {Scalar(rename.Source)}";
        }

        foreach (
            var (key, names) in new[] { ("users", table.Users), ("key", table.Key) }.Where(list => list.Item2.Count > 0)
        )
        {
            yield return $"    {key}: [{string.Join(", ", names.Select(Scalar))}]";
        }

        foreach (var finding in findings)
        {
            yield return Todo("    ", Question(finding));
        }
    }

    private static string Question(Finding finding) => $"{finding.Subject}: {finding.Message}";

    // A name may hold a line break, which would end the comment.
    private static string Todo(string indent, string text) => $"{indent}# TODO: {text.ReplaceLineEndings(" ")}";

    private static bool IsOf(Finding finding, TablePair pair) =>
        new[] { pair.Source.Name.ToString(), pair.Target.Name.ToString() }.Any(name =>
            finding.Subject == name || finding.Subject.StartsWith(name + ".")
        );

    private static List<Finding> Take(List<Finding> open, Predicate<Finding> which)
    {
        var taken = open.FindAll(which);
        open.RemoveAll(which);
        return taken;
    }

    private static string Scalar(string text) =>
        Plain().IsMatch(text)
        && text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n")
            ? text
            : JsonSerializer.Serialize(text, Quoting);

    [GeneratedRegex(
        @"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Plain();
}
