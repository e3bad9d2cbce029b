using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Nights;

[CollectionDefinition(Name)]
public sealed class NightGroup : ICollectionFixture<NightStory>
{
    public const string Name = "night";
}

/// <summary>One stage on which procedures are run one after the other, the release manager's targets with every word
/// typed at a terminal. A part of the story that several tests need is told once.</summary>
public sealed class NightStory(Servers servers) : IAsyncLifetime
{
    internal const string Environment = "stage";

    /// <summary>What is typed at each question; a step that asks what to do has failed.</summary>
    internal static readonly IReadOnlyDictionary<string, string?> Answers = new Dictionary<string, string?>
    {
        ["Your name"] = "Ada",
        ["who approves"] = "Ben",
        [$"Type {Environment} to confirm"] = Environment,
        ["Type retry"] = null,
        ["Type continue"] = null,
    };

    private const string Area = "0192f0c1-2b7d-7000-8000-00000000a4ea";

    private const string Chosen = "(select id from areas where site_id::text not like 'ca9a2700%' order by id limit 1)";

    private readonly Dictionary<string, Task> parts = [];
    private PracticeNight? night;
    private Task<Undisturbed>? undisturbed;
    private Task<Stopped>? stopped;
    private string areaName = "";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (night is not null)
        {
            await night.DisposeAsync();
        }
    }

    /// <summary>Prepared, refused, rehearsed, cut over and returned from, without a fault.</summary>
    internal Task<Undisturbed> UndisturbedAsync(CancellationToken cancellationToken) =>
        undisturbed ??= TellAsync(cancellationToken);

    /// <summary>A row of the target changes after the import: the cutover's own gate stops it, and it is taken
    /// back.</summary>
    internal async Task<Stopped> StoppedAsync(CancellationToken cancellationToken)
    {
        var told = await UndisturbedAsync(cancellationToken);
        return await (stopped ??= StopAsync(told.Night, cancellationToken));
    }

    /// <summary>A part that must come before another is told by whichever test needs it first.</summary>
    internal Task OnceAsync(string part, Func<Task> tellAsync) =>
        parts.TryGetValue(part, out var told) ? told : parts[part] = tellAsync();

    /// <summary>What the source held before the night is there again, and the final check has passed.</summary>
    internal async Task BeginAgainAsync(CancellationToken cancellationToken)
    {
        await OnAsync(
            environment => environment.Source,
            $"delete from areas where id = '{Area}'; update areas set name = '{areaName}' where id = {Chosen}",
            cancellationToken
        );
        await using var check = night!.Target("FinalCheck");
        var code = await check.AnswerAllAsync(Answers, cancellationToken);
        Assert.True(code == 0, check.Text);
    }

    /// <summary>People change a row and make another one on the new side.</summary>
    internal Task WriteOnTheNewSideAsync(CancellationToken cancellationToken) =>
        OnAsync(
            environment => environment.Target,
            $"""
            update areas set name = 'written on the new side' where id = {Chosen};
            insert into areas (id, site_id, name, created_at, updated_at)
            select '{Area}', site_id, 'built on the new side', '2026-01-15', '2026-01-15' from areas where id = {Chosen}
            """,
            cancellationToken
        );

    internal async Task<string?> AreaAsync(CancellationToken cancellationToken)
    {
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night!.Environment));
        return await environment.Source.ScalarAsync<string>(
            Sql.Expression($"select name from areas where id = {Chosen}"),
            cancellationToken
        );
    }

    private async Task<Undisturbed> TellAsync(CancellationToken token)
    {
        await servers.RequireEngineAsync(token);
        night = await PracticeNight.StartAsync(token);
        await using (var cancelled = night.Target("Prepare"))
        {
            await cancelled.AnswerAsync("Your name", Terminal.CtrlC, token);
            Assert.Equal(130, await cancelled.EndAsync(token));
            Assert.Contains("Continue: ./build.sh Prepare --environment", cancelled.Text);
        }

        await using (var prepare = night.Target("Prepare"))
        {
            Assert.Equal(0, await prepare.AnswerAllAsync(Answers, token));
        }

        areaName = (await AreaAsync(token))!;
        // Without a final check, without a rehearsal, with another plan: refused before anything was changed.
        await RefusedAsync("No final check of 'stage' has passed", token);
        await BeginAgainAsync(token);
        await RefusedAsync("expected the sealed evidence of a passing rehearsal", token);
        await night.RehearseAsync(token);
        var plan = Path.Combine(night.Root, "other.yaml");
        File.Copy(Path.Combine(night.Root, "fixtures", "plans", "freshtrack.yaml"), plan);
        await File.AppendAllTextAsync(plan, "\n# another plan\n", token);
        await RefusedAsync("judged another plan", token, $"--plan={plan}");
        await using (var no = night.Target("Cutover"))
        {
            await no.AnswerAsync("Your name", "Ada", token);
            await no.AnswerAsync("who approves", "Ada", token);
            await no.AnswerAsync("'Ada' was typed, expected", "Ben", token);
            await no.AnswerAsync($"Type {Environment} to confirm", "no", token);
            await no.AnswerAsync("Type retry", "stop", token);
            Assert.Equal(4, await no.EndAsync(token));
        }

        await using (var cutover = night.Target("Cutover", "--board"))
        {
            Assert.Contains("waits until it is confirmed: freeze the old system", await BoardOfAsync(cutover, token));
            await cutover.AnswerAsync("Your name", "Ada", token);
            await cutover.AnswerAsync("who approves", "Ben", token);
            await cutover.AnswerAsync($"Type {Environment} to confirm", Environment, token);
            await using (var second = night.Target("Cutover"))
            {
                Assert.Equal(4, await second.EndAsync(token));
                Assert.Contains("Another procedure works on this source: 'freshtrack-night", second.Text);
            }

            Assert.Equal(0, await cutover.AnswerAllAsync(Answers, token));
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6"], Screens(ProcedureKinds.Cutover));
        Assert.True(await IsOldSystemClosedAsync(token));
        await using (var again = night.Target("Cutover"))
        {
            Assert.Equal(4, await again.EndAsync(token));
            Assert.Contains("the new system serves", again.Text);
        }

        await using (var status = night.Target("Status"))
        {
            Assert.Equal(0, await status.EndAsync(token));
            Assert.Contains("has moved: only a return leads back", status.Text);
        }
        var cut = await NightState.ReadAsync(night, ProcedureKinds.Cutover, token);
        await WriteOnTheNewSideAsync(token);
        await using (var back = night.Target("Rollback"))
        {
            Assert.Equal(0, await back.AnswerAllAsync(Answers, token));
            Assert.Contains("The old system serves", back.Text);
        }

        Assert.Equal(["11", "12", "13"], Screens(ProcedureKinds.Rollback));
        Assert.False(await IsOldSystemClosedAsync(token));
        return new Undisturbed(night, cut, await NightState.ReadAsync(night, ProcedureKinds.Rollback, token));
    }

    /// <returns>The live board while the first question stands.</returns>
    private static async Task<string> BoardOfAsync(Terminal terminal, CancellationToken token)
    {
        await terminal.WaitAsync("Board: ", token);
        await terminal.WaitAsync("waits for a confirmation", token);
        var address = terminal.Text[terminal.Text.LastIndexOf("http://127.0.0.1:")..].Split('\r', '\n', ' ')[0];
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(address), token);
    }

    /// <returns>The phases whose board was kept, of the only run of the kind.</returns>
    private IEnumerable<string> Screens(string kind) =>
        Directory
            .GetFiles(Path.Combine(Directory.GetDirectories(night!.Runs, $"*-{kind}").Single(), "screens"), "*.html")
            .Select(path => Path.GetFileNameWithoutExtension(path)["phase-".Length..])
            .OrderBy(int.Parse);

    private async Task<bool?> IsOldSystemClosedAsync(CancellationToken token)
    {
        using var probe = new MaintenanceProbe(
            EnvironmentFile.Read(night!.Environment).Source.Maintenance!.Probe,
            TimeProvider.System
        );
        return (await probe.AskAsync(token)).IsClosed;
    }

    private async Task<Stopped> StopAsync(PracticeNight stage, CancellationToken token)
    {
        await BeginAgainAsync(token);
        var journal = new JournalWatch(
            stage.Runs,
            ProcedureKinds.Cutover,
            JournalWatch.NewestOf(stage.Runs, ProcedureKinds.Cutover)
        );
        await using var cutover = stage.Target("Cutover");
        var answering = cutover.AnswerAllAsync(
            new Dictionary<string, string?>(Answers) { ["Type retry"] = "undo" },
            token
        );
        while (!journal.ReadNew().Any(IsImported))
        {
            Assert.False(answering.IsCompleted, cutover.Text);
            await Task.Delay(20, token);
        }

        await OnAsync(
            environment => environment.Target,
            $"update areas set name = 'changed meanwhile' where id = {Chosen}",
            token
        );
        var code = await answering;
        return new Stopped(
            code,
            cutover.Text,
            await File.ReadAllTextAsync(Path.Combine(stage.Runs, journal.RunId!, "gate-data.json"), token),
            await JournalFile.ReadAsync(Path.Combine(stage.Runs, journal.RunId!, JournalFile.FileName), token),
            await NightState.ReadAsync(stage, ProcedureKinds.Rollback, token)
        );
    }

    private static bool IsImported(JournalEntry entry) =>
        entry is { Event: JournalEvent.StepEnded, Subject: FreshTrack.Cutover.Runbooks.CutoverRunbook.Import };

    private async Task RefusedAsync(string reason, CancellationToken token, params string[] options)
    {
        await using var refused = night!.Target("Cutover", options);
        Assert.Equal(4, await refused.EndAsync(token));
        Assert.Contains(reason, refused.Text.ReplaceLineEndings(" "));
    }

    private async Task OnAsync(
        Func<CutoverEnvironment, Npgsql.NpgsqlDataSource> side,
        string sql,
        CancellationToken token
    )
    {
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night!.Environment));
        await side(environment).ExecuteAsync(Sql.Expression(sql), token);
    }
}

/// <param name="CutOver">When the cutover had ended.</param>
/// <param name="Returned">When the return had ended.</param>
internal sealed record Undisturbed(PracticeNight Night, NightState CutOver, NightState Returned);

/// <param name="Gate"><c>gate-data.json</c> of the cutover.</param>
/// <param name="Journal">Of the cutover.</param>
/// <param name="Undone">When it had been taken back.</param>
internal sealed record Stopped(
    int Code,
    string Text,
    string Gate,
    IReadOnlyList<JournalEntry> Journal,
    NightState Undone
);
