using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.Plan;

/// <summary>Reads the plan file; whatever is unknown, doubled or of the wrong kind is refused with line and
/// column.</summary>
public static class PlanFile
{
    /// <summary>The keys that are read; docs/schemas/plan.schema.json describes the same.</summary>
    public static readonly IReadOnlyList<string> PlanKeys = ["version", "tables", "leave", "checks"];

    public static readonly IReadOnlyList<string> TableKeys =
    [
        "source",
        "target",
        "columns",
        "users",
        "leave",
        "where",
        "key",
        "secret",
        "reverse",
        "may_be_empty",
        "count_by",
        "chain",
        "tally",
    ];

    public static readonly IReadOnlyList<string> ChainKeys = ["by", "previous", "hash", "over"];

    public static readonly IReadOnlyList<string> TallyKeys = ["by", "newest", "of"];

    public static readonly IReadOnlyList<string> CheckKeys = ["name", "severity", "query", "message"];

    /// <exception cref="RefusedException">The file is missing, or is not a plan.</exception>
    public static MigrationPlan Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), Path.GetFileName(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The plan file '{path}' cannot be read: {error.Message} Give one with --plan.",
                error
            );
        }
    }

    /// <param name="name">Stands before line and column in messages.</param>
    /// <exception cref="RefusedException">The text is not a plan; the message starts
    /// <c>name(line,column):</c>.</exception>
    public static MigrationPlan Parse(string text, string name) => Parse(Encoding.UTF8.GetBytes(text), name);

    private static MigrationPlan Parse(byte[] bytes, string name)
    {
        var root = YamlNode.Read(Encoding.UTF8.GetString(bytes), name, "the plan").Mapping(PlanKeys);
        var version = root.Required("version");
        if (version.Text() != "1")
        {
            throw version.Refuse($"version '{version.Text()}' is not known; this program reads version 1");
        }

        var tables = root.Required("tables").Items().Select(Table).ToList();
        if (tables.Count == 0)
        {
            throw root.Required("tables").Refuse("'tables' is empty; name at least one table to move");
        }

        return new MigrationPlan(tables, [.. root.Optional("leave")?.Items().Select(item => Left(item, tables)) ?? []])
        {
            Checks = Checks(root.Optional("checks")),
            Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    private static List<PlanCheck> Checks(YamlNode? node)
    {
        var checks = new List<PlanCheck>();
        foreach (var item in node?.Items() ?? [])
        {
            var check = Check(item);
            if (checks.Find(other => other.Name == check.Name) is { } other)
            {
                throw item.Refuse(
                    $"the check '{check.Name}' stands in line {other.Line} already; give it another name"
                );
            }

            checks.Add(check);
        }

        return checks;
    }

    private static PlanCheck Check(YamlNode node)
    {
        var check = node.Mapping(CheckKeys);
        var name = check.Required("name");
        var severity = check.Required("severity");
        return new PlanCheck(
            name.Text().All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
                ? name.Text()
                : throw name.Refuse($"'{name.Text()}' is not a name; expected lower-case letters, digits and '-'"),
            severity.Text() switch
            {
                "warn" => Verdict.Warn,
                "fail" => Verdict.Fail,
                var other => throw severity.Refuse($"severity '{other}' is not known; expected warn or fail"),
            },
            Query(check.Required("query")),
            check.Required("message").Text().Trim(),
            node.Line
        );
    }

    private static string Query(YamlNode node) =>
        node.IsFolded && node.Text().Contains("--")
            ? throw node.Refuse(
                "the lines of this query become one, and a comment '--' would take in all that follows it; begin the "
                    + "query with '|' instead of '>', or write the comment as /* */"
            )
            : node.Text().Trim().TrimEnd(';');

    private static TablePlan Table(YamlNode node)
    {
        var table = node.Mapping(TableKeys);
        var source = Name(table.Required("source"));
        var (chain, tally) = (table.Optional("chain"), table.Optional("tally"));
        return new TablePlan(source, table.Optional("target") is { } target ? Name(target) : source)
        {
            Columns = Expressions(table.Optional("columns")),
            Users = table.Optional("users")?.Texts() ?? [],
            Leave = table.Optional("leave")?.Texts() ?? [],
            Where = table.Optional("where")?.Text(),
            Key = table.Optional("key")?.Texts() ?? [],
            Secret = table.Optional("secret")?.Texts() ?? [],
            Reverse = Expressions(table.Optional("reverse")),
            MayBeEmpty = table.Optional("may_be_empty")?.Flag() ?? false,
            CountBy = table.Optional("count_by")?.Texts() ?? [],
            Chain = chain is null ? null : Chain(chain),
            Tally = tally is null ? null : Tally(tally),
            Line = node.Line,
        };
    }

    private static ChainPlan Chain(YamlNode node)
    {
        var chain = node.Mapping(ChainKeys);
        return new ChainPlan(
            chain.Required("by").Text(),
            chain.Required("previous").Text(),
            chain.Required("hash").Text(),
            chain.Required("over").Text()
        );
    }

    private static TallyPlan Tally(YamlNode node)
    {
        var tally = node.Mapping(TallyKeys);
        return new TallyPlan(
            tally.Required("by").Text(),
            tally.Required("newest").Text(),
            tally.Optional("of") is { } of ? Query(of) : null
        );
    }

    private static TableName Left(YamlNode node, List<TablePlan> tables) =>
        tables.Find(table => table.Source == Name(node)) is { } moved
            ? throw node.Refuse($"'{node.Text()}' is left behind here, but line {moved.Line} moves it; decide for one")
            : Name(node);

    private static TableName Name(YamlNode node) => TableName.Parse(node.Text());

    private static Dictionary<string, string> Expressions(YamlNode? node) =>
        node?.Pairs().ToDictionary(pair => pair.Key, pair => pair.Value.Text()) ?? [];
}
