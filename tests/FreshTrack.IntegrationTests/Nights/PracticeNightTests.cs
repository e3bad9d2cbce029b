using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>The release manager's targets, one after the other, with every word typed at a terminal.</summary>
public sealed class PracticeNightTests(Servers servers)
{
    private const string Name = "stage";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_night_is_prepared_refused_run_and_returned_from()
    {
        await servers.RequireEngineAsync(Token);
        await using var night = await PracticeNight.StartAsync(Token);

        await using (var cancelled = night.Target("Prepare"))
        {
            await cancelled.AnswerAsync("Your name", Terminal.CtrlC, Token);
            Assert.Equal(130, await cancelled.EndAsync(Token));
            Assert.Contains("Continue: ./build.sh Prepare --environment", cancelled.Text);
            Assert.Contains("Cancelled.", cancelled.Text);
        }

        await using (var prepare = night.Target("Prepare"))
        {
            await ConfirmAsync(prepare);
            Assert.Equal(0, await prepare.EndAsync(Token));
        }

        // Without a final check, without a rehearsal, with another plan: refused before anything was changed.
        await RefusedAsync(night, "No final check of 'stage' has passed here");
        await using (var check = night.Target("FinalCheck"))
        {
            Assert.Equal(0, await check.EndAsync(Token));
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
            Assert.Equal(4, await no.EndAsync(Token));
        }

        await using (var cutover = night.Target("Cutover", "--board"))
        {
            Assert.Contains("waits until it is confirmed: freeze the old system", await BoardOfAsync(cutover));
            await ConfirmAsync(cutover);
            await using (var second = night.Target("Cutover"))
            {
                Assert.Equal(4, await second.EndAsync(Token));
                Assert.Contains("Another procedure works on this source: 'freshtrack-night", second.Text);
            }

            // Webhooks, names, and the release of notifications: the runner is known by now.
            for (var i = 0; i < 3; i++)
            {
                await cutover.AnswerAsync("who approves", "Ben", Token);
                await cutover.AnswerAsync($"Type {Name} to confirm", Name, Token);
            }

            Assert.Equal(0, await cutover.EndAsync(Token));
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6"], Screens(night, "cutover"));
        await using (var again = night.Target("Cutover"))
        {
            Assert.Equal(4, await again.EndAsync(Token));
            Assert.Contains("the new system serves", again.Text);
        }

        await using (var status = night.Target("Status"))
        {
            Assert.Equal(0, await status.EndAsync(Token));
            Assert.Contains("has moved: only a return leads back", status.Text);
        }

        await WriteOnTheNewSideAsync(night);
        await using (var back = night.Target("Rollback"))
        {
            await ConfirmAsync(back);
            await back.AnswerAsync("who approves", "Ben", Token);
            await back.AnswerAsync($"Type {Name} to confirm", Name, Token);
            Assert.Equal(0, await back.EndAsync(Token));
            Assert.Contains("The old system serves", back.Text);
        }

        Assert.Equal(["11", "12", "13"], Screens(night, "rollback"));

        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        Assert.Equal(
            "written on the new side",
            await environment.Source.ScalarAsync<string>(
                new Sql("select name from areas where name = 'written on the new side'"),
                Token
            )
        );
        // The old system takes writes again.
        await environment.Source.ExecuteAsync(new Sql("update areas set name = name"), Token);
    }

    /// <returns>The live board while the first question stands.</returns>
    private static async Task<string> BoardOfAsync(Terminal terminal)
    {
        await terminal.WaitAsync("Board: ", Token);
        await terminal.WaitAsync("waits for a confirmation", Token);
        var address = terminal.Text[terminal.Text.LastIndexOf("http://127.0.0.1:")..].Split('\r', '\n', ' ')[0];
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(address), Token);
    }

    /// <returns>The phases whose board was kept.</returns>
    private static IEnumerable<string> Screens(PracticeNight night, string kind) =>
        Directory
            .GetFiles(Path.Combine(Directory.GetDirectories(night.Runs, $"*-{kind}").Single(), "screens"), "*.html")
            .Select(path => Path.GetFileNameWithoutExtension(path)["phase-".Length..])
            .OrderBy(int.Parse);

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

    private static async Task ConfirmAsync(Terminal terminal)
    {
        await terminal.AnswerAsync("Your name", "Ada", Token);
        await terminal.AnswerAsync("who approves", "Ben", Token);
        await terminal.AnswerAsync($"Type {Name} to confirm", Name, Token);
    }

    private static async Task RefusedAsync(PracticeNight night, string reason, params string[] options)
    {
        await using var refused = night.Target("Cutover", options);
        Assert.Equal(4, await refused.EndAsync(Token));
        Assert.Contains(reason, refused.Text.ReplaceLineEndings(" "));
    }
}
