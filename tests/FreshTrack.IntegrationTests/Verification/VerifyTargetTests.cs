using FreshTrack.Build;
using FreshTrack.Build.Slices;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>What <c>./build.sh Verify</c> does with two real
/// databases that something else than the suite has filled.</summary>
public sealed class VerifyTargetTests(Servers servers) : IDisposable
{
    private const string Plan = """
        version: 1
        tables:
          - { source: auth.users, target: public.users, users: [id] }
          - source: public.units
            columns: { temp_max: temp_limit_high }
            users: [created_by, deleted_by]
            leave: [make]
            secret: [api_key]
          - { source: public.readings, count_by: [unit_id, "recorded_at::date"] }
          - { source: public.event_logs, columns: { payload: event_data } }
          - { source: public.notes, may_be_empty: true }
        """;

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly StringWriter output = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        output.Dispose();
        Directory.Delete(runs, recursive: true);
    }

    [Fact]
    public async Task Equal_databases_pass_and_every_check_is_listed()
    {
        Assert.Equal((ExitCodes.Passed, ""), await VerifyAsync("select 1"));
        Assert.DoesNotContain(Kept().Checks, check => check.Verdict != Verdict.Pass);
        Assert.All(Kept().Checks, check => Assert.Contains($"✓ {check.Check}: {check.Subject}", output.ToString()));
    }

    [Fact]
    public async Task A_damaged_row_fails_and_is_named_with_both_values()
    {
        var (code, line) = await VerifyAsync(
            "update readings set temperature = temperature + 0.01 where id = md5('reading7')::uuid"
        );
        var row = Assert.Single(Kept().Checks.SelectMany(check => check.Differences?.Listed ?? []));
        Assert.Equal(ExitCodes.Failed, code);
        Assert.StartsWith("Fail: 1 Fail of ", line);
        Assert.Contains(row.Key[0].Value!, line);
        var shown = Assert.Single(output.ToString().Split(Environment.NewLine), shown => shown.StartsWith("  changed"));
        Assert.StartsWith($"  changed  id={row.Key[0].Value}, ", shown);
        Assert.Contains("  temperature '-9.3", shown);
        Assert.EndsWith(" → '-9.29'", shown.TrimEnd());
    }

    [Fact]
    public async Task A_missing_table_is_inconclusive_and_the_others_are_verified_all_the_same()
    {
        var (code, line) = await VerifyAsync("drop table readings");
        Assert.Equal(ExitCodes.Inconclusive, code);
        Assert.Contains("public.readings", line);
        Assert.Contains(
            Kept().Checks,
            check => check is { Check: CheckNames.Contents, Subject: "public.readings", Verdict: Verdict.Inconclusive }
        );
        Assert.Contains(
            Kept().Checks,
            check => check is { Check: CheckNames.Contents, Subject: "public.units", Verdict: Verdict.Pass, Rows: 40 }
        );
    }

    [Fact]
    public async Task A_target_of_which_one_source_is_missing_is_not_compared_in_part()
    {
        var (code, _) = await VerifyAsync(
            "select 1",
            Plan + "\n  - { source: public.old_notes, target: public.notes, may_be_empty: true }\n"
        );
        Assert.Equal(ExitCodes.Inconclusive, code);
        var contents = Assert.Single(
            Kept().Checks,
            check => check is { Check: CheckNames.Contents, Subject: "public.notes" }
        );
        Assert.Equal(Verdict.Inconclusive, contents.Verdict);
        Assert.Contains("public.old_notes", contents.Reason);
    }

    [Fact]
    public async Task A_source_table_that_the_plan_does_not_account_for_is_inconclusive()
    {
        var (code, line) = await VerifyAsync("select 1", Plan[..Plan.IndexOf("  - { source: public.notes")]);
        Assert.Equal(ExitCodes.Inconclusive, code);
        Assert.Contains("plan: public.notes", line);
    }

    [Fact]
    public async Task A_plan_that_maps_no_user_needs_no_user_map() =>
        Assert.Equal(
            (ExitCodes.Passed, ""),
            await VerifyAsync(
                "drop schema migration cascade",
                "version: 1\ntables: [source: public.readings]\nleave: [auth.*, public.*]"
            )
        );

    private VerificationResult Kept() =>
        EvidenceJson.Deserialize<VerificationResult>(
            File.ReadAllText(Path.Combine(runs, "latest", "verification.json"))
        );

    /// <returns>What the program ends with: its exit code and its last line.</returns>
    private async Task<(int Code, string Line)> VerifyAsync(string damage, string plan = Plan)
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(damage, Token);
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No }
        );
        console.Profile.Width = 1000;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));
        try
        {
            var given = new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Source = moved.Source,
                Target = moved.Target,
            };
            var inputs = new RunInputs(PlanFile.Parse(plan, "plan.yaml"), plan, new SourceTree("test", Clean: true));
            await new VerificationRun(console, runs, clock).RunAsync(inputs, given, Token);
            return (ExitCodes.Passed, "");
        }
        catch (TargetFailedException failure)
        {
            return ExitCodes.Of(failure, cancelled: false);
        }
    }
}
