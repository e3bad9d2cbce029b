using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Canary;

/// <summary>The canary organization in the product's own source schema, and on its way.</summary>
public sealed class CanaryMoveTests(Servers servers) : IAsyncLifetime
{
    private const string Contents = """
        select 'organizations ' || o::text from organizations o where slug = 'freshtrack-canary'
        union all select 'units ' || u::text from units u where id::text like 'ca9a2700%'
        union all select 'sensors ' || s::text from lora_sensors s where id::text like 'ca9a2700%'
        union all select 'connections ' || t::text from ttn_connections t where id::text like 'ca9a2700%'
        union all select 'readings ' || r::text from sensor_readings r where id::text like 'ca9a2700%'
        union all select 'contacts ' || c::text from escalation_contacts c where id::text like 'ca9a2700%'
        union all select 'roles ' || r::text from user_roles r where organization_id::text like 'ca9a2700%'
        union all select 'profiles ' || p::text from profiles p where organization_id::text like 'ca9a2700%'
        order by 1
        """;

    private static readonly CanaryAddresses Addresses = new("Canary+{name}@example.test");

    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary(
        "prepare",
        TimeProvider.System.GetUtcNow()
    );

    private Move move = null!;
    private SupabaseProject project = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        move = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        await SourceDatabase.CreateAsync(move.SourceAdministrator, Token);
        await SourceFiller.FillAsync(
            move.SourceAdministrator,
            FixtureScale.Smoke,
            1,
            FilledSource.Epoch,
            progress: null,
            Token
        );
        await move.Target.CreateTargetAsync(Token);
        project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
    }

    public async ValueTask DisposeAsync()
    {
        evidence.Dispose();
        await project.DisposeAsync();
        await move.DisposeAsync();
    }

    [Fact]
    public async Task Created_again_it_is_found_as_it_was()
    {
        var run = await RunAsync();
        var first = await CanarySteps.CreateAsync(run, new Progress<StepProgress>(), Token);
        var rows = await Move.RowsAsync(move.Source, Contents, Token);

        var second = await CanarySteps.CreateAsync(run, new Progress<StepProgress>(), Token);

        Assert.Equal((Verdict.Pass, Verdict.Pass), (first.Verdict, second.Verdict));
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(13, rows.Count);
        Assert.Equal(rows, await Move.RowsAsync(move.Source, Contents, Token));
    }

    [Fact]
    public async Task It_moves_with_the_plan_and_is_found_and_removed_on_both_sides()
    {
        var run = await RunAsync();
        var customers = await CustomersAsync();
        await CanarySteps.CreateAsync(run, new Progress<StepProgress>(), Token);

        var resolved = await move.PreflightAsync(await SourceDatabase.ReadPlanAsync(Token), Token);
        await move.RunAsync(resolved, null, Token);
        var verified = await Verifier.RunAsync(
            new VerificationRequest(resolved.Plan, move.Source, move.Target),
            progress: null,
            Token
        );
        var found = await CanaryOrganization.FindAsync(run.Environment, Token);

        Assert.DoesNotContain(
            verified.Checks,
            check => check.Check is CheckNames.Contents or CheckNames.Counts && check.Verdict != Verdict.Pass
        );
        Assert.NotNull(found?.Owner);
        Assert.StartsWith("whsec_", found.Secret);
        Assert.NotEqual(await CanarySource.FindUserAsync(move.Source, Addresses.Owner, Token), found.Owner);

        await FreezeSteps.LiftAsync(run, new Progress<StepProgress>(), Token);
        var removed = await CanarySteps.RemoveAsync(run, new Progress<StepProgress>(), Token);

        Assert.Equal((Verdict.Pass, true), (removed.Verdict, removed.Summary.Contains("6 accounts")));
        Assert.Null(await CanaryOrganization.FindAsync(run.Environment, Token));
        Assert.Empty(await Move.RowsAsync(move.Source, Contents, Token));
        Assert.Empty(await Move.RowsAsync(move.Target, Contents, Token));
        Assert.Equal(customers, await CustomersAsync());
        Assert.Equal(Verdict.Pass, (await CanarySteps.RemoveAsync(run, new Progress<StepProgress>(), Token)).Verdict);
    }

    [Fact]
    public async Task Without_a_mailbox_it_has_no_people_and_says_what_to_add()
    {
        var run = await RunAsync(hasMailbox: false);

        var result = await CanarySteps.CreateAsync(run, new Progress<StepProgress>(), Token);

        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.Contains("no canary.mailbox", result.Summary);
    }

    [Fact]
    public async Task Another_organization_with_its_slug_is_refused_by_id()
    {
        await Move.ExecuteAsync(
            move.Source,
            "insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'X', "
                + "'freshtrack-canary')",
            Token
        );

        var result = await CanarySteps.CreateAsync(await RunAsync(), new Progress<StepProgress>(), Token);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("00000000-0000-4000-8000-00000000000a", result.Summary);
    }

    private async Task<RunContext> RunAsync(bool hasMailbox = true) =>
        new(
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Source = move.Source,
                Target = move.Target,
                ObjectStore = move.Store,
                StackAuth = move.StackAuth,
                SupabaseAuth = project.Client,
                WebhookKey = FixtureSecrets.WebhookKey.ToArray(),
                TemperatureUnit = "F",
                CanaryAddresses = hasMailbox ? Addresses : null,
            },
            PlanFile.Parse(await SourceDatabase.ReadPlanAsync(Token), "plan.yaml"),
            evidence,
            TimeProvider.System
        );

    private async Task<List<string>> CustomersAsync() =>
        await Move.RowsAsync(
            move.Source,
            """
            select 'organizations ' || count(*) from organizations union all select 'users ' || count(*) from auth.users
            union all select 'readings ' || count(*) from sensor_readings
            union all select 'alerts ' || count(*) from alerts
            order by 1
            """,
            Token
        );
}
