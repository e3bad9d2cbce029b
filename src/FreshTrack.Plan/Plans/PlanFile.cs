using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.Plan;

/// <summary>Reads the plan file; whatever is unknown, doubled or of the wrong kind is refused with line and
/// column.</summary>
public static class PlanFile
{
    /// <summary>The keys that are read; docs/schemas/plan.schema.json describes the same.</summary>
    public static readonly IReadOnlyList<string> PlanKeys = ["version", "tables", "leave"];

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
    ];

    public static readonly IReadOnlyList<string> ChainKeys = ["by", "previous", "hash", "over"];

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
        var root = new PlanNode(
            YamlText.Read(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'), name),
            name,
            "the plan"
        ).Mapping(PlanKeys);
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
            Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    private static TablePlan Table(PlanNode node)
    {
        var table = node.Mapping(TableKeys);
        var source = Name(table.Required("source"));
        var chain = table.Optional("chain");
        return new TablePlan(source, table.Optional("target") is { } target ? Name(target) : source)
        {
            Columns = table.Optional("columns")?.Pairs() ?? new Dictionary<string, string>(),
            Users = Texts(table.Optional("users")),
            Leave = Texts(table.Optional("leave")),
            Where = table.Optional("where")?.Text(),
            Key = Texts(table.Optional("key")),
            Secret = Texts(table.Optional("secret")),
            Reverse = table.Optional("reverse")?.Pairs() ?? new Dictionary<string, string>(),
            MayBeEmpty = table.Optional("may_be_empty")?.Flag() ?? false,
            CountBy = Texts(table.Optional("count_by")),
            Chain = chain is null ? null : Chain(chain),
            Line = node.Line,
        };
    }

    private static ChainPlan Chain(PlanNode node)
    {
        var chain = node.Mapping(ChainKeys);
        return new ChainPlan(
            chain.Required("by").Text(),
            chain.Required("previous").Text(),
            chain.Required("hash").Text(),
            chain.Required("over").Text()
        );
    }

    private static TableName Left(PlanNode node, List<TablePlan> tables) =>
        tables.Find(table => table.Source == Name(node)) is { } moved
            ? throw node.Refuse($"'{node.Text()}' is left behind here, but line {moved.Line} moves it; decide for one")
            : Name(node);

    private static TableName Name(PlanNode node) => TableName.Parse(node.Text());

    private static List<string> Texts(PlanNode? node)
    {
        var texts = new List<string>();
        foreach (var item in node?.Items() ?? [])
        {
            if (texts.Contains(item.Text()))
            {
                throw item.Refuse($"'{item.Text()}' stands twice in this list");
            }

            texts.Add(item.Text());
        }

        return texts;
    }
}
