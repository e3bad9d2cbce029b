using FreshTrack.Fixtures.Source;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Fixtures;

/// <summary>The checks of FreshTrack's plan on the filled source.</summary>
public sealed class PlanChecksTests(FilledSource filled) : IClassFixture<FilledSource>
{
    private const string Sensor =
        "(select id from lora_sensors where id in (select lora_sensor_id from sensor_readings "
        + "where temperature is not null group by 1 having count(distinct recorded_at::date) > 4) order by id limit 1)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("temperatures-jump", "select 1")]
    [InlineData("sensors-not-decoded-by-ttn", "select 1")]
    // Frost lets a sensor warm up; nothing of that looks like another unit.
    [InlineData(
        "temperatures-jump",
        $"update sensor_readings set temperature = temperature + 12 where lora_sensor_id = {Sensor} "
            + "and recorded_at > (select max(recorded_at) - interval '2 days' from sensor_readings)"
    )]
    // Here °C and °F are the same number.
    [InlineData("temperatures-jump", $"update sensor_readings set temperature = -40 where lora_sensor_id = {Sensor}")]
    // Both decoded, and nothing says that the former system's counts.
    [InlineData(
        "sensors-not-decoded-by-ttn",
        "update sensor_readings set app_decoded_payload = '{\"temperature\":1}', "
            + "network_decoded_payload = '{\"temperature\":1}'"
    )]
    [InlineData(
        "sensors-not-decoded-by-ttn",
        "update lora_sensors set deleted_at = now(); "
            + "update sensor_readings set app_decoded_payload = '{\"temperature\":1}', network_decoded_payload = null"
    )]
    public async Task Source_as_it_is_has_no_case(string check, string change) =>
        Assert.Empty(await CasesAsync(check, change));

    /// <remarks>The means of the day of the change are of both units: it is told on the day after.</remarks>
    [Theory]
    [InlineData("12 hours", "2026-01-13")]
    [InlineData("0 hours", "2026-01-12")]
    public async Task History_that_was_in_Celsius_once_is_told_on_its_first_day_in_Fahrenheit(string hour, string day)
    {
        var cases = await CasesAsync("temperatures-jump", InCelsiusBefore(hour));

        Assert.Single(cases.Select(row => row.Split(',')[0]).Distinct());
        Assert.Equal(day, cases[0].Split(',')[1]);
        Assert.InRange(cases.Count, 1, 2);
    }

    [Fact]
    public async Task One_day_in_Celsius_is_enough()
    {
        var cases = await CasesAsync(
            "temperatures-jump",
            $"""
            {InCelsiusBefore("0 hours")};
            delete from sensor_readings where lora_sensor_id = {Sensor} and recorded_at <
              (select max(recorded_at)::date from sensor_readings) - interval '3 days'
            """
        );

        Assert.Equal("2026-01-12", cases[0].Split(',')[1]);
    }

    [Theory]
    [InlineData(
        "update sensor_readings set app_decoded_payload = '{\"temperature\":1}', network_decoded_payload = null"
    )]
    [InlineData(
        "update lora_sensors set decode_mode_override = 'app'; update sensor_readings set decoder_id = 'catalog:1'"
    )]
    public async Task Sensor_that_only_the_former_system_decodes_is_named(string change) =>
        Assert.NotEmpty(await CasesAsync("sensors-not-decoded-by-ttn", change));

    /// <summary>Up to so many hours into the second day before the source's last.</summary>
    private static string InCelsiusBefore(string hour) =>
        $"""
            update sensor_readings set temperature = round((temperature - 32) / 1.8, 2)
            where lora_sensor_id = {Sensor} and recorded_at <
              (select max(recorded_at)::date from sensor_readings) - interval '2 days' + interval '{hour}'
            """;

    /// <summary>What the check finds after a change, which is taken back.</summary>
    private async Task<IReadOnlyList<string>> CasesAsync(string name, string change)
    {
        var plan = PlanFile.Parse(await SourceDatabase.ReadPlanAsync(Cancel), "freshtrack.yaml");
        var check = plan.Checks.Single(check => check.Name == name);
        await using var connection = await filled.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await connection.ExecuteAsync(Sql.Expression(change), Cancel);
        await using var command = connection.Command(Sql.Format($"select concat_ws(',', found.*) from {check.Cases}"));
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var cases = new List<string>();
        while (await reader.ReadAsync(Cancel))
        {
            cases.Add(reader.GetString(0));
        }

        return cases;
    }
}
