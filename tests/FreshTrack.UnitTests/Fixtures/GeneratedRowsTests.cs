using System.Security.Cryptography;
using System.Text;
using FreshTrack.Fixtures.Generator;

namespace FreshTrack.UnitTests.Fixtures;

public sealed class GeneratedRowsTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Equal_seeds_and_epochs_give_equal_bytes() =>
        Assert.Equal(Digest(FixtureScale.Smoke, 7), Digest(FixtureScale.Smoke, 7));

    [Fact]
    public void Different_seeds_differ_in_every_table_that_draws_anything()
    {
        // These hold constants alone, apart from ids.
        var same = Digests(FixtureScale.Smoke, 7).Intersect(Digests(FixtureScale.Smoke, 8)).Select(table => table.Key);

        Assert.Equal(["storage.buckets"], same);
    }

    [Theory]
    [InlineData("smoke")]
    [InlineData("production")]
    [InlineData("777")]
    [InlineData("3")]
    public void Counts_are_exactly_the_promised_ones(string name)
    {
        var scale = FixtureScale.Parse(name);

        var counts = SourceTables
            .Of(FixtureWorld.Create(scale, 1, Epoch))
            .ToDictionary(table => table.Table.ToString(), table => table.Rows.LongCount());

        Assert.Equal(
            (scale.Readings, scale.Organizations, scale.Users, scale.Sites, scale.Units, scale.Alerts, scale.EventLogs),
            (
                counts["public.sensor_readings"],
                counts["public.organizations"],
                counts["auth.users"],
                counts["public.sites"],
                counts["public.units"],
                counts["public.alerts"],
                counts["public.event_logs"]
            )
        );
        Assert.DoesNotContain(0, counts.Values);
    }

    [Fact]
    public void Every_organization_has_somebody_healthy_in_every_role()
    {
        foreach (var scale in new[] { FixtureScale.Smoke, FixtureScale.Production })
        {
            var healthy = FixtureWorld.Create(scale, 1, Epoch).Users.Where(user => user.State == UserState.Active);

            Assert.Equal(
                6 * scale.Organizations,
                healthy.Select(user => (user.Organization.Index, user.Role)).Distinct().Count()
            );
        }
    }

    [Fact]
    public void Seven_and_a_half_percent_of_readings_are_too_warm()
    {
        var world = FixtureWorld.Create(FixtureScale.Production, 1, Epoch);
        var limits = world.Units.ToDictionary(unit => unit.Id, unit => Fahrenheit.Of(unit.Kind.High));
        var temperatures = Rows(world, "sensor_readings").Where(row => Value(row, "temperature") is not null).ToList();

        var warm = temperatures.Count(row =>
            (decimal)Value(row, "temperature")! > limits[(Guid)Value(row, "unit_id")!]
        );

        Assert.InRange((double)warm / temperatures.Count, 0.07, 0.08);
    }

    [Fact]
    public void Readings_keep_microseconds_and_stay_before_the_epoch()
    {
        var moments = Rows(FixtureWorld.Create(FixtureScale.Smoke, 1, Epoch), "sensor_readings")
            .SelectMany(row => new[] { (DateTime)Value(row, "recorded_at")!, (DateTime)Value(row, "received_at")! })
            .ToList();

        Assert.All(moments, moment => Assert.Equal(0, moment.Ticks % 10));
        Assert.Contains(moments, moment => moment.Ticks % 10_000 != 0);
        Assert.True(moments.Max() < Epoch.UtcDateTime);
        Assert.True(moments.Min() >= Epoch.UtcDateTime.AddDays(-FixtureClock.Days));
    }

    [Fact]
    public void Every_active_unit_was_heard_in_the_last_minutes()
    {
        var world = FixtureWorld.Create(FixtureScale.Production, 1, Epoch);

        var newest = Rows(world, "sensor_readings")
            .GroupBy(row => (Guid)Value(row, "unit_id")!)
            .ToDictionary(unit => unit.Key, unit => unit.Max(row => (DateTime)Value(row, "recorded_at")!));

        Assert.All(
            world.Units.Where(unit => unit.IsActive),
            unit =>
                Assert.InRange(Epoch.UtcDateTime - newest[unit.Id], TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5))
        );
    }

    private static IEnumerable<(string Column, object? Value)[]> Rows(FixtureWorld world, string table) =>
        SourceTables.Of(world).Single(rows => rows.Table.Name == table).Rows;

    private static object? Value((string Column, object? Value)[] row, string column) =>
        row.Single(cell => cell.Column == column).Value;

    private static string Digest(FixtureScale scale, int seed) => string.Join('\n', Digests(scale, seed));

    private static IEnumerable<KeyValuePair<string, string>> Digests(FixtureScale scale, int seed)
    {
        foreach (var table in SourceTables.Of(FixtureWorld.Create(scale, seed, Epoch)))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (column, value) in table.Rows.SelectMany(row => row))
            {
                var text = value switch
                {
                    DateTime moment => moment.ToString("O"),
                    string[] list => string.Join('\u0001', list),
                    _ => $"{value}",
                };
                hash.AppendData(Encoding.UTF8.GetBytes($"{column}\u0002{text}\u0003"));
            }

            yield return new(table.Table.ToString(), Convert.ToHexString(hash.GetHashAndReset()));
        }
    }
}
