using FreshTrack.Fixtures.Generator;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Fixtures;

/// <summary>A stage starts at any hour of any day; its data must be the same then, only later.</summary>
public sealed class EpochTests
{
    private static readonly DateTimeOffset Usual = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-15T13:00:00Z")]
    [InlineData("2027-01-01T00:00:00Z")]
    [InlineData("2027-01-01T01:00:00+01:00")]
    [InlineData("2028-02-29T23:00:00Z")]
    [InlineData("2028-03-01T00:00:00Z")]
    [InlineData("2026-03-29T02:00:00Z")]
    [InlineData("2026-12-31T23:59:59.999999Z")]
    public void Another_epoch_shifts_every_time_and_changes_nothing_else(string text)
    {
        var epoch = DateTimeOffset.Parse(text);
        var shift = epoch - Usual;
        var usual = SourceTables.Of(FixtureWorld.Create(FixtureScale.Smoke, 1, Usual));
        var other = SourceTables.Of(FixtureWorld.Create(FixtureScale.Smoke, 1, epoch));

        foreach (var (before, after) in usual.Zip(other))
        {
            var shifted = before.Rows.Select(row => Text(row, shift)).ToList();

            Assert.Equal(before.Table, after.Table);
            Assert.Equal(shifted, after.Rows.Select(row => Text(row, TimeSpan.Zero)));
        }
    }

    [Theory]
    [InlineData("2026-01-15T13:59:59.9999999Z", "2026-01-15T13:00:00Z")]
    [InlineData("2026-01-15T14:00:00Z", "2026-01-15T14:00:00Z")]
    [InlineData("2026-01-15T00:29:00+05:30", "2026-01-14T18:00:00Z")]
    public void Epoch_of_a_stage_is_the_hour_in_which_it_starts(string now, string epoch) =>
        Assert.Equal(DateTimeOffset.Parse(epoch), FixtureClock.HourOf(DateTimeOffset.Parse(now)));

    [Fact]
    public void Epoch_that_PostgreSQL_would_round_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => new FixtureClock(Usual.AddTicks(1)));

        Assert.Contains("2026-01-15T00:00:00.0000001+00:00", refused.Message);
    }

    [Fact]
    public void No_escalation_falls_due_in_the_hours_after_the_epoch()
    {
        var due = SourceTables
            .Of(FixtureWorld.Create(FixtureScale.Production, 1, Usual))
            .Single(table => table.Table == TableName.Parse("alerts"))
            .Rows.Select(row => row.Single(cell => cell.Column == "next_escalation_at").Value)
            .OfType<DateTime>()
            .ToList();

        Assert.NotEmpty(due);
        Assert.All(due, moment => Assert.True(moment > Usual.UtcDateTime.AddHours(12)));
    }

    [Fact]
    public void Chain_of_the_event_log_starts_after_the_first_events_at_every_epoch()
    {
        var clock = new FixtureClock(new DateTimeOffset(2028, 3, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(new DateTimeOffset(2028, 2, 1, 0, 0, 0, TimeSpan.Zero), clock.ChainStart);
    }

    private static string Text((string Column, object? Value)[] row, TimeSpan shift) =>
        string.Join(
            '|',
            row.Select(cell =>
                cell.Value switch
                {
                    DateTime moment => $"{cell.Column}={moment + shift:O}",
                    string[] list => $"{cell.Column}={string.Join(',', list)}",
                    // The one time in a JSON text: when an escalation was sent.
                    Json json when cell.Column == "escalation_steps_sent" => $"{cell.Column}={json.Text.Length}",
                    _ => $"{cell.Column}={cell.Value}",
                }
            )
        );
}
