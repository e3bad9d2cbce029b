using FreshTrack.Api.Notifications;

namespace FreshTrack.UnitTests.Api.Notifications;

public sealed class MessageTests
{
    private static readonly AlertNews News = new(
        "raised",
        "critical",
        "Cooler\r\nBcc: eve@example.com: 9.5 °C is above 5.0 °C",
        "Outside its limits.",
        "Cooler",
        "Main\tstreet",
        new DateTime(2026, 1, 15, 0, 0, 0, DateTimeKind.Utc)
    );

    [Fact]
    public void No_line_break_of_a_name_gets_into_a_subject_or_a_text_message()
    {
        Assert.Equal("[CRITICAL] Cooler  Bcc: eve@example.com: 9.5 °C is above 5.0 °C", MessageText.Subject(News));
        Assert.DoesNotContain('\n', MessageText.Sms(News));
    }

    [Fact]
    public void Text_message_has_at_most_320_characters() =>
        Assert.Equal(320, MessageText.Sms(News with { Title = new string('x', 1_000) }).Length);

    [Fact]
    public void Digest_names_each_alert_up_to_a_hundred_and_how_many_more_there_are()
    {
        var digest = new DigestNews(
            "Cold\nChain",
            News.TriggeredAt,
            [.. Enumerable.Range(1, 103).Select(index => News with { Title = $"Alert {index}", Severity = "warning" })]
        );
        var body = MessageText.Body(digest);

        Assert.Equal("FreshTrack: 103 alerts from before the move", MessageText.Subject(digest));
        Assert.Contains("103 alerts of Cold Chain", body);
        Assert.Contains("from before 2026-01-15 00:00 UTC", body);
        Assert.Contains("WARNING Alert 100\n", body);
        Assert.DoesNotContain("Alert 101", body);
        Assert.EndsWith("And 3 more.", body.TrimEnd());
    }

    [Fact]
    public void Digest_of_one_alert_says_so_and_a_critical_one_is_counted()
    {
        var digest = new DigestNews("Cold Chain", Before: null, [News]);

        Assert.Equal("FreshTrack: 1 alert from before the move, 1 of them critical", MessageText.Subject(digest));
        Assert.Equal(
            "FreshTrack: 1 alert from before the move, 1 of them critical (Cold Chain). "
                + "Please look at them in FreshTrack.",
            MessageText.Sms(digest)
        );
    }

    [Theory]
    [InlineData("+1 (555) 010-0199", "+15550100199")]
    [InlineData("+49 30 123-45.67/8", "+493012345678")]
    [InlineData("0049 30 1234567", null)]
    [InlineData("+1555", null)]
    [InlineData("+15550100199;ext=1", null)]
    [InlineData("", null)]
    public void Phone_number_is_international_or_none(string text, string? expected) =>
        Assert.Equal(expected, PhoneNumber.Parse(text));

    [Fact]
    public void Deliveries_are_tried_ten_times_over_more_than_an_hour()
    {
        var waits = Enumerable.Range(1, 10).Select(Retries.After).ToArray();

        Assert.Null(waits[^1]);
        Assert.Equal(
            [30, 60, 120, 240, 480, 900, 900, 900, 900],
            waits[..^1].Select(wait => (int)wait!.Value.TotalSeconds)
        );
    }
}
