using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>The release manager's targets, one after the other, with every word typed at a terminal.</summary>
public sealed class PracticeNightTests(Servers servers)
{
    private const string Name = "stage";

    private static readonly Sql WrittenThere = new("select count(*) from areas where name = 'written on the new side'");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_night_is_prepared_refused_run_returned_from_run_again_and_completed()
    {
        await servers.RequireEngineAsync(Token);
        await using var night = await PracticeNight.StartAsync(Token);

        await using (var prepare = night.Target("Prepare"))
        {
            await FirstConfirmationAsync(prepare);
            await EndsAsync(0, prepare);
        }

        // Without a final check, without a rehearsal, with another plan: refused before anything was changed.
        await RefusedAsync(night, "No final check of 'stage' has passed here");
        await using (var check = night.Target("FinalCheck"))
        {
            await EndsAsync(0, check);
        }

        await RefusedAsync(night, "expected the sealed evidence of a passing rehearsal");
        await night.RehearseAsync(Token);
        var plan = Path.Combine(night.Root, "other.yaml");
        File.Copy(Path.Combine(night.Root, "fixtures", "plans", "freshtrack.yaml"), plan);
        await File.AppendAllTextAsync(plan, "\n# another plan\n", Token);
        await RefusedAsync(night, "plan: rehearsed", $"--plan={plan}");

        await using (var no = night.Target("Cutover"))
        {
            await no.AnswerAsync("Your name", "Ada", Token);
            await no.AnswerAsync("who approves", "Ada", Token);
            await no.AnswerAsync("'Ada' was typed, expected", "Ben", Token);
            await no.AnswerAsync($"Type {Name} to confirm", "no", Token);
            await no.AnswerAsync("Type retry", "stop", Token);
            await EndsAsync(4, no);
        }

        await using (var cutover = night.Target("Cutover"))
        {
            await FirstConfirmationAsync(cutover);
            await using (var second = night.Target("Cutover"))
            {
                await EndsAsync(4, second);
                Assert.Contains("Another procedure works on this source: 'freshtrack-night", second.Text);
            }

            // Webhooks, names, and the release of notifications.
            await ConfirmAsync(cutover, times: 3);
            await EndsAsync(0, cutover);
        }

        Assert.True(await IsOldSystemClosedAsync(night));
        await using (var again = night.Target("Cutover"))
        {
            await EndsAsync(4, again);
            Assert.Contains("the new system serves", again.Text);
        }

        await using (var status = night.Target("Status"))
        {
            await EndsAsync(0, status);
            Assert.Contains("has moved: only a return leads back", status.Text);
        }

        await WriteOnTheNewSideAsync(night);
        await ReturnAsync(night);
        await CutOverAgainAsync(night);
        await CompleteAsync(night);
    }

    private static async Task ReturnAsync(PracticeNight night)
    {
        await using (var back = night.Target("Rollback"))
        {
            await FirstConfirmationAsync(back);
            await ConfirmAsync(back, times: 1);
            await EndsAsync(0, back);
            Assert.Contains("The old system serves", back.Text);
        }

        Assert.False(await IsOldSystemClosedAsync(night));
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        Assert.Equal(1, await environment.Source.ScalarAsync<long>(WrittenThere, Token));
        // The old system takes writes again.
        await environment.Source.ExecuteAsync(new Sql("update areas set name = name"), Token);
    }

    /// <summary>The rows of the first night are in the target, and its users in Stack Auth.</summary>
    private static async Task CutOverAgainAsync(PracticeNight night)
    {
        await RefusedAsync(night, "is older than rollback");
        await using (var check = night.Target("FinalCheck"))
        {
            await FirstConfirmationAsync(check);
            Assert.Contains("clear the target: it holds rows of an earlier attempt", check.Text);
            await EndsAsync(0, check);
        }

        await using (var cutover = night.Target("Cutover"))
        {
            await FirstConfirmationAsync(cutover);
            await ConfirmAsync(cutover, times: 3);
            await EndsAsync(0, cutover);
        }

        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        Assert.Equal(1, await environment.Target.ScalarAsync<long>(WrittenThere, Token));
    }

    private static async Task CompleteAsync(PracticeNight night)
    {
        await using (var complete = night.Target("Complete", "--note=a door was left open"))
        {
            // The criteria, and the signatures of engineering, product and operations.
            await FirstConfirmationAsync(complete);
            await ConfirmAsync(complete, times: 3);
            await EndsAsync(0, complete);
        }

        var folder = Directory.GetDirectories(night.Runs, "*-complete").Single();
        var retrospective = await File.ReadAllTextAsync(Path.Combine(folder, "retrospective.md"), Token);
        Assert.Contains("a door was left open", retrospective);
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        var archived = new List<string>();
        await foreach (var key in environment.ObjectStore.ListAsync("archives/", Token))
        {
            archived.Add(key);
        }

        Assert.Contains(archived, key => key.EndsWith("/manifest.json"));
        Assert.Contains(archived, key => key.Contains("/snapshots/"));
        Assert.Contains(archived, key => key.Contains("/evidence/") && key.EndsWith(Seal.FileName));
        await RefusedAsync(night, "the new system serves");
    }

    private static async Task<bool?> IsOldSystemClosedAsync(PracticeNight night)
    {
        using var probe = new MaintenanceProbe(
            EnvironmentFile.Read(night.Environment).Source.Maintenance!.Probe,
            TimeProvider.System
        );
        return (await probe.AskAsync(Token)).IsClosed;
    }

    private static async Task WriteOnTheNewSideAsync(PracticeNight night)
    {
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        await environment.Target.ExecuteAsync(
            new Sql(
                "update areas set name = 'written on the new side' where id = (select id from areas order by id "
                    + "limit 1)"
            ),
            Token
        );
    }

    private static async Task EndsAsync(int code, Terminal terminal)
    {
        var ended = await terminal.EndAsync(Token);
        Assert.True(ended == code, $"ended with {ended}, expected {code}:\n{terminal.Text}");
    }

    private static async Task FirstConfirmationAsync(Terminal terminal)
    {
        await terminal.AnswerAsync("Your name", "Ada", Token);
        await ConfirmAsync(terminal, times: 1);
    }

    /// <summary>The runner is known by now.</summary>
    private static async Task ConfirmAsync(Terminal terminal, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await terminal.AnswerAsync("who approves", "Ben", Token);
            await terminal.AnswerAsync($"Type {Name} to confirm", Name, Token);
        }
    }

    private static async Task RefusedAsync(PracticeNight night, string reason, params string[] options)
    {
        await using var refused = night.Target("Cutover", options);
        await EndsAsync(4, refused);
        Assert.Contains(reason, refused.Text.ReplaceLineEndings(" "));
    }
}
