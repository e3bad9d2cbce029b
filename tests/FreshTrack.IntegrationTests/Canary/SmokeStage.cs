using FreshTrack.Clients.Mail;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.IntegrationTests.StackAuth;
using FreshTrack.Plan;
using FreshTrack.StackAuth;
using Npgsql;

namespace FreshTrack.IntegrationTests.Canary;

/// <summary>A target with a canary that moved, its owner in Stack Auth with a mailbox, and an API that answers as a
/// test wants it.</summary>
internal sealed class SmokeStage : IAsyncDisposable
{
    private static readonly CanaryAddresses Addresses = new("{name}@canary.test");

    private readonly StageMail mail;
    private readonly NpgsqlDataSource target;
    private readonly StackAuthProject project;
    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary("smoke", TimeProvider.System.GetUtcNow());

    private SmokeStage(StageMail mail, NpgsqlDataSource target, StackAuthProject project, FakeNewSystem api)
    {
        (this.mail, this.target, this.project, Api) = (mail, target, project, api);
    }

    public FakeNewSystem Api { get; }

    public Guid Owner { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SmokeStage> StartAsync(Servers servers, StageMail mail)
    {
        var database = await Databases.NewAsync(servers, Token);
        await database.CreateTargetAsync(Token);
        var users = await StackAuthProject.StartAsync(options =>
            options with
            {
                Mail = new MailOptions("127.0.0.1", mail.SmtpPort, "accounts@freshtrack.test"),
            }
        );
        var stage = new SmokeStage(mail, database, users, await FakeNewSystem.StartAsync());
        await stage.FillAsync();
        return stage;
    }

    /// <summary>Takes the canary away, as if it had not moved.</summary>
    public Task ForgetCanaryAsync() => CanaryTarget.RemoveAsync(target, addresses: null, Token);

    public async Task<StepResult> RunAsync(StepAction step, bool hasMailbox = true, bool hasBrowser = true)
    {
        var http = project.Http;
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Target = target,
                WebhookKey = FixtureSecrets.WebhookKey.ToArray(),
                TemperatureUnit = "C",
                StackAuth = new StackAuthClient(http, StackAuthProject.Id, StackAuthProject.ServerKey),
                StackAuthBrowser = hasBrowser
                    ? new StackAuthBrowser(
                        http,
                        StackAuthProject.Id,
                        StackAuthProject.ClientKey,
                        new Uri(StackAuthProject.Callback)
                    )
                    : null,
                CanaryMailbox = hasMailbox ? new MailboxClient(mail.Imap()) : null,
                CanaryAddresses = hasMailbox ? Addresses : null,
            },
            PlanFile.Parse(await SourceDatabase.ReadPlanAsync(Token), "plan.yaml"),
            evidence,
            TimeProvider.System
        );
        run.Api.Set(Api.Address);
        return await step(run, new Progress<StepProgress>(), Token);
    }

    public async ValueTask DisposeAsync()
    {
        evidence.Dispose();
        await Api.DisposeAsync();
        await project.DisposeAsync();
        await target.DisposeAsync();
    }

    private async Task FillAsync()
    {
        Owner = Guid.Parse(await project.CreateAsync(Addresses.Owner));
        var secret = WebhookSecret.Seal("whsec_test", FixtureSecrets.WebhookKey);
        await using var command = target.CreateCommand(
            """
            with person as (insert into users (id, email) values ($2, 'owner@canary.test')),
            organization as (
                insert into organizations (id, name, slug, timezone, compliance_mode, units_preference,
                    created_at, updated_at)
                values ($1, 'FreshTrack canary', 'freshtrack-canary', 'UTC', 'standard', 'metric', now(), now())),
            role as (
                insert into user_roles (id, user_id, organization_id, role, created_at)
                values (gen_random_uuid(), $2, $1, 'owner', now()))
            insert into ttn_connections (id, organization_id, ttn_webhook_secret_encrypted, provisioning_attempt_count)
            values (gen_random_uuid(), $1, $3, 0)
            """
        );
        command.Parameters.AddWithValue(CanaryIds.Organization);
        command.Parameters.AddWithValue(Owner);
        command.Parameters.AddWithValue(secret);
        await command.ExecuteNonQueryAsync(Token);
    }
}
