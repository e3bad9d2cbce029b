using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Numbers move as they are: preflight asks whether both sides mean the same by them.</summary>
public sealed class TemperatureUnitTests(Servers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("F", TemperatureUnit.Celsius, "source stores °F, the target was made for °C")]
    [InlineData("C", TemperatureUnit.Fahrenheit, "source stores °C, the target was made for °F")]
    public async Task Target_that_was_made_for_another_unit_fails_preflight(
        string source,
        TemperatureUnit target,
        string summary
    )
    {
        var result = await PreflightAsync(source, target);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains(summary, result.Summary);
    }

    [Theory]
    [InlineData("F", TemperatureUnit.Fahrenheit)]
    [InlineData("C", TemperatureUnit.Celsius)]
    [InlineData(null, TemperatureUnit.Celsius)]
    // Not the API's schema: nobody knows what its numbers mean.
    [InlineData("F", null)]
    public async Task Target_of_the_same_unit_or_of_none_passes(string? source, TemperatureUnit? target)
    {
        var result = await PreflightAsync(source, target);

        Assert.Equal(Verdict.Pass, result.Verdict);
        Assert.Equal(source is not null, result.Summary.Contains($"temperatures in °{source},"));
    }

    [Theory]
    [InlineData("F", Verdict.Fail)]
    [InlineData(null, Verdict.Pass)]
    public async Task Target_of_an_API_that_knew_no_unit_fails_preflight(string? source, Verdict verdict)
    {
        var result = await PreflightAsync(
            source,
            made: null,
            "create schema api; create table api.schema_versions (scriptname text)"
        );

        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(source is not null, result.Summary.Contains("API's command 'migrate F'"));
    }

    private async Task<StepResult> PreflightAsync(string? unit, TemperatureUnit? made, string other = "select")
    {
        var (from, to) = (await servers.CreateDatabaseAsync(Cancel), await servers.CreateDatabaseAsync(Cancel));
        await using var source = NpgsqlDataSource.Create(from);
        await using var target = NpgsqlDataSource.Create(to);
        const string table = "create table night (id int primary key, temperature numeric)";
        await source.ExecuteAsync(new Sql(table), Cancel);
        await target.ExecuteAsync(new Sql(table), Cancel);
        await target.ExecuteAsync(Sql.Expression(other), Cancel);
        if (made is not null)
        {
            Assert.Null((await SchemaMigration.RunAsync(to, made, TimeProvider.System, Cancel)).Problem);
        }

        using var evidence = EvidenceFolder.CreateTemporary("preflight", TimeProvider.System.GetUtcNow());
        var environment = new CutoverEnvironment("test", EnvironmentKind.Stage)
        {
            Source = source,
            Target = target,
            TemperatureUnit = unit,
        };
        var plan = PlanFile.Parse("version: 1\ntables:\n  - source: night\n", "plan.yaml");
        return await PreflightSteps.RunAsync(
            new RunContext(environment, plan, evidence, TimeProvider.System),
            new Progress<StepProgress>(),
            Cancel
        );
    }
}
