using FreshTrack.Api;
using FreshTrack.Api.Ingestion;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;
using FreshTrack.FormerWebhook;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.StackAuth;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.IntegrationTests.Uplinks;
using FreshTrack.Plan;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace FreshTrack.IntegrationTests.Nights.Readings;

/// <summary>Both systems and the release manager's procedures in this process: the source with the former webhook, the
/// target with the API, and the network between them and the sensors.</summary>
internal sealed class NightStage : IAsyncDisposable
{
    private const string Name = "stage";
    private const string Canary = "canary.";
    private const string Snapshot = "freeze.snapshot";

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly Move move;
    private readonly SupabaseProject supabase;
    private readonly StackAuthProject project;
    private readonly WebApplication former;
    private readonly HttpClient stackAuth;
    private readonly InProcessApi api;
    private readonly CutoverEnvironment environment;
    private readonly RunInputs inputs;
    private readonly DateTime since = TimeProvider.System.GetUtcNow().UtcDateTime;

    private NightStage(
        Move move,
        SupabaseProject supabase,
        StackAuthProject project,
        WebApplication former,
        RunInputs inputs,
        string redis
    )
    {
        (this.move, this.supabase, this.project, this.former, this.inputs) = (move, supabase, project, former, inputs);
        stackAuth = new HttpClient { BaseAddress = project.Http.BaseAddress };
        api = new InProcessApi(
            new ApiOptions
            {
                Database = move.TargetAddress,
                Redis = redis,
                StackAuthUrl = project.Http.BaseAddress!,
                StackAuthProject = StackAuthProject.Id,
                WebhookKey = WebhookKey.Parse(Convert.ToBase64String(FixtureSecrets.WebhookKey)),
                Listen = "http://127.0.0.1:0",
            }
        );
        var page = former.Urls.First();
        environment = new CutoverEnvironment(Name, EnvironmentKind.Stage)
        {
            Source = move.Source,
            SourceConnection = move.SourceAddress,
            Target = move.Target,
            ObjectStore = move.Store,
            StackAuth = new StackAuthClient(stackAuth, StackAuthProject.Id, StackAuthProject.ServerKey),
            SupabaseAuth = supabase.Client,
            WebhookKey = FixtureSecrets.WebhookKey.ToArray(),
            TemperatureUnit = "F",
            Maintenance = new MaintenanceSettings(
                Post($"{page}/maintenance/on"),
                Post($"{page}/maintenance/off"),
                new Uri(page)
            ),
        };
        Network.PointAt(OldWebhook, TheThingsNetwork.OldSide);
    }

    public TheThingsNetwork Network { get; } = new(new HttpClient());

    private Uri OldWebhook => new(new Uri(former.Urls.First()), FormerWebhookServer.WebhookPath);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<NightStage> StartAsync(Servers servers)
    {
        var databases = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        // Its sessions end with it: one that stays tells the server what it wrote up to 10 s later.
        await using (
            var administrator = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(databases.SourceAdministratorAddress)
                {
                    Pooling = false,
                }.ConnectionString
            )
        )
        {
            await SourceDatabase.CreateAsync(administrator, Token);
            await SourceFiller.FillAsync(
                administrator,
                FixtureScale.Smoke,
                seed: 1,
                FixtureClock.HourOf(TimeProvider.System.GetUtcNow()),
                progress: null,
                Token
            );
        }

        var webhook = FormerWebhookServer.Build(
            new FormerWebhookOptions
            {
                Database = new NpgsqlConnectionStringBuilder(databases.SourceAdministratorAddress)
                {
                    Username = "authenticator",
                }.ConnectionString,
                WebhookKey = FixtureSecrets.WebhookKey.ToArray(),
                Listen = "http://127.0.0.1:0",
            }
        );
        await webhook.StartAsync(Token);
        var root = RepositoryRoot.Find();
        var planText = await SourceDatabase.ReadPlanAsync(Token);
        var policy = Path.Combine(root, "build", "policy.yaml");
        var policyText = await File.ReadAllTextAsync(policy, Token);
        return new NightStage(
            databases,
            await SupabaseProject.StartAsync(databases.SourceAdministratorAddress),
            await StackAuthProject.StartAsync(),
            webhook,
            new RunInputs(PlanFile.Parse(planText, "plan.yaml"), planText, new SourceTree("test", Clean: true))
            {
                Policy = PolicyFile.Parse(policyText, policy),
                PolicyText = policyText,
            },
            servers.Redis
        );
    }

    /// <summary>Sensors of temperature that are in use, found in each of the ways in which one is.</summary>
    public async Task<IReadOnlyList<NetworkSensor>> SensorsAsync()
    {
        await using var command = move.SourceAdministrator.CreateCommand(
            """
            select s.id, s.ttn_device_id, s.dev_eui, o.place
            from lora_sensors s
            join (select id, row_number() over (order by created_at) - 1 as place, deleted_at from organizations) o
              on o.id = s.organization_id and o.deleted_at is null
            join ttn_connections t on t.organization_id = o.id and t.is_enabled
            join units u on u.id = s.unit_id and u.deleted_at is null and u.is_active
            join areas a on a.id = u.area_id and a.deleted_at is null and a.is_active
            join sites p on p.id = a.site_id and p.deleted_at is null and p.is_active
            left join sensor_catalog c on c.id = s.sensor_catalog_id
            where s.deleted_at is null and s.sensor_type <> 'door' and coalesce(c.temperature_unit, 'C') = 'C'
            order by s.id limit 6
            """
        );
        await using var row = await command.ExecuteReaderAsync(Token);
        var sensors = new List<NetworkSensor>();
        while (await row.ReadAsync(Token))
        {
            var (id, device, typed) = (row.GetGuid(0), row.GetString(1), row.GetString(2));
            var eui = string.Concat(typed.Where(char.IsAsciiHexDigit)).ToUpperInvariant();
            // The former webhook looks for four spellings; who typed another one is found by the device's id alone.
            var isFoundByEui = typed.Replace(":", "").Length == eui.Length;
            var secret = FixtureSecrets.WebhookSecret((int)row.GetInt64(3));
            sensors.Add(
                (sensors.Count % 3, isFoundByEui) switch
                {
                    (0, true) => new NetworkSensor(id, $"renamed-{device}", eui, secret),
                    (1, _) => new NetworkSensor(id, device, DevEui: null, secret),
                    _ => new NetworkSensor(id, device, eui, secret),
                }
            );
        }

        return sensors;
    }

    /// <returns>Folder of its evidence.</returns>
    public async Task<string> FinalCheckAsync()
    {
        var end = await RunAsync(
            ProcedureKinds.FinalCheck,
            FinalCheckRunbook.Whole.Without(FinalCheckRunbook.TryExport, "what it tries is done a moment later"),
            follows: null,
            finalCheck: null
        );
        Assert.True(end.IsOver, end.End.Reason);
        return end.Run.Evidence.Path;
    }

    /// <summary>A cutover to its end.</summary>
    public async Task CutoverAsync(string finalCheck)
    {
        var end = await RunAsync(ProcedureKinds.Cutover, Night, follows: null, finalCheck);
        Assert.True(end.IsOver, end.End.Reason);
    }

    /// <summary>A cutover that fails once the API runs, before traffic moves.</summary>
    public async Task FailedCutoverAsync(string finalCheck)
    {
        var end = await RunAsync(ProcedureKinds.Cutover, FailingNight, follows: null, finalCheck);
        Assert.False(end.IsOver);
        Assert.True(end.End.Reason?.EndsWith(Failure.Summary), end.End.Reason);
    }

    /// <summary>The way back that the journal of the last cutover leads to.</summary>
    public async Task RollbackAsync(bool expectReturn)
    {
        var cutover = (await RunFolder.FindAsync(runs, ProcedureKinds.Cutover, Name, Token))[0];
        var followed = await FollowedRun.ReadAsync(cutover, Token);
        Assert.Equal(expectReturn, followed.HasMovedTraffic);
        var runbook = followed.HasMovedTraffic
            ? RollbackRunbook.Return
            : RollbackRunbook.Undo(FailingNight, followed.Journal);
        var end = await RunAsync(ProcedureKinds.Rollback, runbook, followed, finalCheck: null);
        Assert.True(end.IsOver, end.End.Reason);
        if (!cutover.IsSealed)
        {
            await CloseAsync(cutover, end.Run.Evidence.RunId);
        }
    }

    /// <summary>Everything acknowledged until now, held against the live side's rows.</summary>
    public async Task<AccountOfReadings> AccountAsync(string title, string liveSide)
    {
        var owed = Network.Storage.Where(uplink => uplink.TakenBy is not null).ToList();
        var rows =
            liveSide == TheThingsNetwork.OldSide
                ? await RowsAsync(move.SourceAdministrator, OnTheOldSide)
                : await RowsAsync(move.Target, OnTheNewSide);
        return AccountOfReadings.Of(title, owed, Network.Storage, rows);
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await api.DisposeAsync();
        stackAuth.Dispose();
        await former.StopAsync(CancellationToken.None);
        await former.DisposeAsync();
        await project.DisposeAsync();
        await supabase.DisposeAsync();
        await move.DisposeAsync();
        Directory.Delete(runs, recursive: true);
    }

    private const string OnTheOldSide = """
        select lora_sensor_id, recorded_at, temperature, null::bigint from sensor_readings
        where recorded_at >= $1 and source = 'ttn' and lora_sensor_id is not null
        """;

    private const string OnTheNewSide = """
        select lora_sensor_id, recorded_at, temperature, f_cnt::bigint from sensor_readings
        where recorded_at >= $1 and source = 'ttn' and lora_sensor_id is not null
        """;

    private static StepResult Failure { get; } = new(Verdict.Fail, "the new server is on fire");

    /// <summary>Without the canary, which has tests of its own, and without the dump.</summary>
    private static Runbook Night { get; } =
        CutoverRunbook
            .Night.Steps.Select(step => step.Id)
            .Where(id => id.StartsWith(Canary) || id == Snapshot)
            .Aggregate(CutoverRunbook.Night, (night, id) => night.Without(id, "not part of this test"));

    private static Runbook FailingNight { get; } =
        Night.InsertAfter(
            CutoverRunbook.Deploy,
            new Step("deploy.fire", "Look at the new server", (_, _, _) => Task.FromResult(Failure))
        );

    private async Task<NightEnd> RunAsync(string kind, Runbook runbook, FollowedRun? follows, string? finalCheck)
    {
        var night = new NightRun(
            runs,
            CutoverLock.Who(),
            environment,
            inputs,
            new Unattended("test"),
            new RunObservers(TimeProvider.System, new Operator(Network, OldWebhook, () => api.Webhook)),
            TimeProvider.System
        )
        {
            Deployment = api,
            Follows = follows,
            FinalCheck = finalCheck,
        };
        return await night.RunAsync(kind, runbook, Token);
    }

    /// <summary>As the target <c>Rollback</c> does: the cutover is over, and another run led back from it.</summary>
    private async Task CloseAsync(RunFolder cutover, string by)
    {
        using var evidence = EvidenceFolder.Open(runs, cutover.Run.RunId);
        await using (
            var journal = await JournalFile.OpenAsync(evidence.PathOf(JournalFile.FileName), TimeProvider.System, Token)
        )
        {
            await journal.AppendAsync(JournalEvent.Followed, by);
            await new JournalMirror(move.Store, cutover.Run.RunId).KeepAsync(journal, evidence, Token);
        }

        await Seal.WriteAsync(evidence.Path, Token);
    }

    private async Task<IReadOnlyList<ReadingRow>> RowsAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue(since);
        await using var row = await command.ExecuteReaderAsync(Token);
        var rows = new List<ReadingRow>();
        while (await row.ReadAsync(Token))
        {
            rows.Add(Read(row));
        }

        return rows;
    }

    private static ReadingRow Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetDateTime(1),
            row.IsDBNull(2) ? null : row.GetDecimal(2),
            row.IsDBNull(3) ? null : row.GetInt64(3)
        );

    private static string Post(string address) => $"curl --fail --silent --show-error --request POST {address}";
}
