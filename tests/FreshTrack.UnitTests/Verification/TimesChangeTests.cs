using FreshTrack.Verification.Rules;

namespace FreshTrack.UnitTests.Verification;

public sealed class TimesChangeTests
{
    private const string First = "2025-12-20 00:00:00.000001+00";
    private const string Last = "2026-01-10 08:00:00+00";

    [Fact]
    public void Equal_times_are_no_change() =>
        Assert.Equal((0, 0), Between(First, Last) is var change ? (change.Violations, change.Said.Count) : default);

    [Theory]
    [InlineData("2025-12-20 01:00:00.000001+00", "2026-01-10 09:00:00+00", "+01:00")]
    [InlineData("2025-12-20 05:45:00.000001+00", "2026-01-10 13:45:00+00", "+05:45")]
    [InlineData("2025-12-19 16:00:00.000001+00", "2026-01-10 00:00:00+00", "-08:00")]
    public void A_constant_shift_by_quarters_of_an_hour_is_called_a_slip(string first, string last, string shift)
    {
        var change = Between(first, last);
        Assert.Equal(1, change.Violations);
        Assert.Contains($"shifted by {shift}, as a time-zone slip makes", string.Join(' ', change.Said));
    }

    [Theory]
    [InlineData("2025-12-20 00:10:00.000001+00", "2026-01-10 08:10:00+00")]
    [InlineData("2025-12-21 00:00:00.000001+00", "2026-01-11 08:00:00+00")]
    [InlineData("2025-12-20 01:00:00+00", "2026-01-10 09:00:00+00")]
    [InlineData("2025-12-20 00:00:00.000001+00", "2026-01-10 09:00:00+00")]
    [InlineData("-infinity", "infinity")]
    [InlineData(null, null)]
    public void Any_other_change_is_shown_without_a_cause(string? first, string? last)
    {
        var change = Between(first, last);
        Assert.Equal(1, change.Violations);
        Assert.Equal(
            $"a.b: source {First} to {Last}, target {first ?? "none"} to {last ?? "none"}.",
            Assert.Single(change.Said)
        );
    }

    [Fact]
    public void Values_that_lost_precision_are_counted()
    {
        var change = Between(First, Last, fine: 3);
        Assert.Equal(4, change.Violations);
        Assert.Equal("a.b: precision lost: 4 of 10 values.", Assert.Single(change.Said));
    }

    private static TimesChange Between(string? first, string? last, long fine = 7) =>
        TimesChange.Between(new Times(First, Last, 10, 7), new Times(first, last, 10, fine), "a.b");
}
