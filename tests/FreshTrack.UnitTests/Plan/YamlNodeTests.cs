using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class YamlNodeTests
{
    private const string Text = """
        name: production
        kind: stage
        batch: 50
        share: 0.25
        wait: 1:30:05
        quick: true
        hosts: [a, b]
        records: { "@": one, api: two }
        """;

    private static YamlNode File => Of(Text);

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        Assert.Equal("production", File.Required("name").Text());
        Assert.Equal(50, File.Required("batch").Whole(from: 1, upTo: 100));
        Assert.Equal(0.25m, File.Required("share").Number(above: 0, upTo: 1));
        Assert.Equal(new TimeSpan(1, 30, 5), File.Required("wait").Duration());
        Assert.True(File.Required("quick").Flag());
        Assert.Equal(["a", "b"], File.Required("hosts").Texts());
        Assert.Equal(
            ["@ one", "api two"],
            File.Required("records").Pairs().Select(pair => $"{pair.Key} {pair.Value.Text()}")
        );
        Assert.Null(File.Optional("nothing"));
        Assert.Equal(5, File.Required("wait").Line);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_file() => Assert.Equal("1", Of("\uFEFFa: 1").Required("a").Text());

    public static TheoryData<Action<YamlNode>, string> Refusals =>
        new()
        {
            { file => file.Mapping("name", "kind"), "(3,1): unknown key 'batch' in the file; expected name, kind" },
            { file => file.Required("nothing"), "(1,1): the file has no 'nothing'" },
            { file => file.Required("name").Required("first"), "(1,7): 'name' must be a mapping, but is 'production'" },
            { file => file.Required("hosts").Text(), "(7,8): 'hosts' must be a text, but is a list" },
            { file => file.Required("records").Texts(), "(8,10): 'records' must be a list, but is a mapping" },
            { file => file.Required("name").Flag(), "(1,7): 'name' must be true or false, but is 'production'" },
            {
                file => file.Required("batch").Whole(1, 49),
                "(3,8): 'batch' is '50'; expected a whole number from 1 to 49"
            },
            {
                file => file.Required("share").Number(0.25m, 1),
                "(4,8): 'share' is '0.25'; expected a number above 0.25, up to 1"
            },
            {
                file => file.Required("name").Duration(),
                "(1,7): 'name' is 'production'; expected hours:minutes:seconds as in 24:00:00"
            },
            {
                file => file.Required("hosts").Items().Last().Flag(),
                "(7,12): item 2 of 'hosts' must be true or false, but is 'b'"
            },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_gives_place_value_expectation_and_next_step(Action<YamlNode> read, string message)
    {
        var refused = Assert.Throws<RefusedException>(() => read(File));

        Assert.Equal($"test.yaml{message}. Fix the file and run again.", refused.Message);
    }

    [Theory]
    [InlineData("1:60:00")]
    [InlineData("1:00:60")]
    [InlineData("10000:00:00")]
    [InlineData("-1:00:00")]
    [InlineData("1:00")]
    [InlineData("1:99999999999:00")]
    public void Other_spellings_of_a_duration_are_refused(string text) =>
        Assert.Throws<RefusedException>(() => Of($"a: {text}").Required("a").Duration());

    private static YamlNode Of(string text) => YamlNode.Read(text, "test.yaml", "the file");
}
