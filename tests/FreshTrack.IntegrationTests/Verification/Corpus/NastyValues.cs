using System.Text.Json;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>Values that comparisons stumble over, as pairs of SQL literals:
/// written differently for either side, and yet the same.</summary>
internal sealed class NastyValues(Random random)
{
    private static readonly string[] Pieces =
    [
        "",
        " ",
        "|",
        ",",
        "\t",
        "\n",
        "\r\n",
        "'",
        "\"",
        "\\",
        @"\N",
        "NULL",
        "null",
        "<null>",
        "{}",
        "{1,2}",
        "é",
        "e\u0301",
        "😀",
        "\u200b",
        "ﬁ",
        "İ",
        "ß",
        "а",
        "a",
        "A",
        "0",
        "-0",
        "NaN",
    ];

    private static readonly string[] Numbers =
    [
        "0",
        "-0.00",
        "1.10",
        "1.1",
        "-3.30",
        "NaN",
        "Infinity",
        "1e-20",
        "99999999999999999999.999999999999",
        "1e300",
    ];

    private static readonly string[] Floats =
    [
        "0",
        "-0",
        "NaN",
        "Infinity",
        "-Infinity",
        "0.1",
        "0.30000000000000004",
        "5e-324",
        "1.7976931348623157e308",
        "-2.5",
    ];

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Of(Pieces)));

    public (string Source, string Target) Texts() => Both(Text());

    public (string Source, string Target) Words() => Both(Of(["", "a", "NULL", "a b"]));

    public (string Source, string Target) Labels() => Both(Of(["calm", "Calm", "not calm"]));

    public (string Source, string Target) Integers() => Both(random.Next(-30_000, 30_000).ToString());

    public (string Source, string Target) Bigs() => Both(random.NextInt64().ToString());

    public (string Source, string Target) Decimals() => Both((random.Next(-99_999, 99_999) / 100m).ToString());

    public (string Source, string Target) AnyNumerics() => Both(Of(Numbers));

    public (string Source, string Target) AnyFloats() => Both(Of(Floats));

    /// <summary>What the source keeps in single precision, the target holds as a double of the same value.</summary>
    public (string Source, string Target) Reals()
    {
        var value = Of(["0.1", "-0", "NaN", "16777217", "1e-40"]);
        return ($"'{value}'", $"'{value}'::real");
    }

    public (string Source, string Target) Booleans() => random.Next(2) == 0 ? ("true", "'true'") : ("'f'", "'false'");

    public (string Source, string Target) Uuids() => Both(Guid().ToString());

    /// <summary>The source's in upper case, as a text may hold it.</summary>
    public (string Source, string Target) UuidTexts()
    {
        var id = Guid().ToString();
        return ($"'{id.ToUpperInvariant()}'", $"'{id}'");
    }

    /// <summary>A user's id, and the one that it is mapped to.</summary>
    public (string Source, string Target) Users()
    {
        var user = random.Next(1, EqualSets.Users + 1).ToString();
        return ($"md5('user{user}')::uuid", $"md5('mapped{user}')::uuid");
    }

    public (string Source, string Target) Dates() => Both(Moment().ToString("yyyy-MM-dd"));

    public (string Source, string Target) LocalTimes() =>
        Both(random.Next(8) == 0 ? Of(["infinity", "0044-03-15 12:00:00 BC"]) : Written(Moment()));

    /// <summary>One instant in two zones.</summary>
    public (string Source, string Target) Instants()
    {
        var moment = Moment();
        return ($"'{Written(moment.AddMinutes(330))}+05:30'", $"'{Written(moment)}Z'");
    }

    public (string Source, string Target) Spans() =>
        Both(Of(["1 day", "24:00:00", "1 mon", "30 days", "-1 day +00:00:00.000001", "0"]));

    public (string Source, string Target) Bytes() =>
        Both(@"\x" + Convert.ToHexStringLower(Guid().ToByteArray().AsSpan(0, random.Next(16))));

    /// <summary>The target's objects have their keys in another order.</summary>
    public (string Source, string Target) Documents()
    {
        var (source, target) = Document(4);
        return (Sql.Literal(source).Text, Sql.Literal(target).Text);
    }

    /// <summary>Kept byte for byte.</summary>
    public (string Source, string Target) Json() => Both(Document(3).Source);

    public (string Source, string Target) TextArrays()
    {
        var elements = Enumerable
            .Range(0, random.Next(4))
            .Select(_ => random.Next(4) == 0 ? "null" : Sql.Literal(Text()).Text);
        return Same($"array[{string.Join(", ", elements)}]::text[]");
    }

    public (string Source, string Target) IntegerArrays() =>
        Both(Of(["{}", "{1,NULL,-2}", "{{1,2},{3,4}}", "[0:1]={7,8}"]));

    public (string Source, string Target) OneOf(params string[] values) => Both(Of(values));

    private Guid Guid()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private (string Source, string Target) Document(int depth) =>
        random.Next(depth > 0 ? 6 : 4) switch
        {
            0 => Same(Of(["null", "true", "[]", "{}"])),
            1 => Same(Of(["0", "-0", "1.10", "1.1", "12345678901234567890.5", "1e5"])),
            2 or 3 => Same(JsonSerializer.Serialize(Text())),
            4 => List([.. Enumerable.Range(0, random.Next(4)).Select(_ => Document(depth - 1))]),
            _ => Object([
                .. Enumerable
                    .Range(0, random.Next(1, 5))
                    .Select(index => (JsonSerializer.Serialize($"{Text()}{index.ToString()}"), Document(depth - 1))),
            ]),
        };

    private static (string Source, string Target) List(IReadOnlyList<(string Source, string Target)> elements) =>
        (
            $"[{string.Join(", ", elements.Select(element => element.Source))}]",
            $"[{string.Join(',', elements.Select(element => element.Target))}]"
        );

    private static (string Source, string Target) Object(
        IReadOnlyList<(string Name, (string Source, string Target) Value)> members
    ) =>
        (
            $"{{{string.Join(", ", members.Select(member => $"{member.Name}: {member.Value.Source}"))}}}",
            $"{{{string.Join(',', members.Reverse().Select(member => $"{member.Name}:{member.Value.Target}"))}}}"
        );

    private static (string Source, string Target) Same(string text) => (text, text);

    private static (string Source, string Target) Both(string value) => Same(Sql.Literal(value).Text);

    private static string Written(DateTime moment) => moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff");

    /// <summary>Of this century, in microseconds, and before the tests' own time.</summary>
    private DateTime Moment() =>
        new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(
            random.NextInt64(24L * 365 * 86_400 * 1_000_000)
        );

    private string Of(string[] values) => values[random.Next(values.Length)];
}
