using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>What goes wrong in a night besides its data: each ends with a message, a journal that holds, and a run that
/// the same command continues.</summary>
public sealed class NightTroubleTests(Servers servers) : IAsyncLifetime
{
    private readonly List<string> ran = [];
    private SmallNight night = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => night = await SmallNight.CreateAsync(servers, Token);

    public ValueTask DisposeAsync() => night.DisposeAsync();

    [Fact]
    public async Task Edited_journal_is_refused_and_the_copy_in_the_object_store_continues()
    {
        await night.RunAsync(Token, Step("a"), Fails("b"));
        var edited = (await File.ReadAllTextAsync(night.JournalPath, Token)).Replace("\"Pass\"", "\"Warn\"");
        await File.WriteAllTextAsync(night.JournalPath, edited, Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => night.RunAsync(Token, Step("a"), Step("b")));

        Assert.Contains($"{night.JournalPath} was changed in line 5 or before it", refused.Message);
        Assert.Contains("put its folder aside, and the same command continues", refused.Message);
        Assert.Equal(edited, await File.ReadAllTextAsync(night.JournalPath, Token));
        Assert.Equal(["a"], ran);

        Directory.Move(night.Run, Path.Combine(night.Runs, "aside"));
        Assert.True((await night.RunAsync(Token, Step("a"), Step("b"))).IsOver);
    }

    [Fact]
    public async Task Journal_of_another_run_is_refused()
    {
        await night.RunAsync(Token, Fails("a"));
        var journal = await File.ReadAllTextAsync(night.JournalPath, Token);
        await using var other = await SmallNight.CreateAsync(servers, Token);
        await other.RunAsync(Token, Fails("a"));
        await File.WriteAllTextAsync(other.JournalPath, journal, Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => other.RunAsync(Token, Step("a")));

        Assert.Contains("begins with run '", refused.Message);
        Assert.Equal(journal, await File.ReadAllTextAsync(other.JournalPath, Token));
        Assert.Empty(ran);
    }

    [Theory]
    [InlineData("source", "refuses the password in '")]
    [InlineData("target", "refuses the password in '")]
    [InlineData("object store", "its keys are read from '")]
    public async Task Secret_that_is_no_longer_valid_is_named_by_its_file(string server, string said)
    {
        await night.RunAsync(Token, Step("a"), Fails("b"));
        var before = await night.JournalAsync(Token);
        var right = night.SecretOf(server);
        await night.WriteSecretAsync(server, Wrong(right), Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => night.RunAsync(Token, Step("a"), Step("b")));

        Assert.Contains($"{said}{night.SecretFileOf(server)}'", refused.Message);
        Assert.StartsWith("Nothing was changed: ", refused.Message);
        Assert.DoesNotContain("not-the-one", refused.Message);
        Assert.Equal(before.Select(Line), (await night.JournalAsync(Token)).Select(Line));
        await night.WriteSecretAsync(server, right, Token);
        Assert.True((await night.RunAsync(Token, Step("a"), Step("b"))).IsOver);
    }

    [Fact]
    public async Task Machine_that_slept_is_told_of_the_time_and_does_not_go_on_by_itself()
    {
        var sleeps = Step(
            "a",
            async _ =>
            {
                night.Clock.Ahead += TimeSpan.FromMinutes(40);
                await night.CutLockAsync(Token);
            }
        );

        var end = await night.RunAsync(Token, sleeps, Step("b"));

        Assert.Equal(["a"], ran);
        Assert.False(end.IsOver);
        Assert.Contains(night.Notes, note => note.Contains("over its window of 15 min"));
        Assert.Single(night.Decisions.Late);
        Assert.Contains(
            "was cut off, as when this machine sleeps",
            Assert.Single(night.Decisions.Failed).Result.Summary
        );

        Assert.True((await night.RunAsync(Token, Step("a"), Step("b"))).IsOver);
    }

    [Fact]
    public async Task Lock_that_was_lost_lets_a_person_continue()
    {
        night.Decisions.Answers.Enqueue(new Answer.Again());

        var end = await night.RunAsync(Token, Step("a", _ => night.CutLockAsync(Token)), Step("b"));

        Assert.True(end.IsOver);
        Assert.Equal(["a", "b"], ran);
        Assert.Single(night.Decisions.Failed);
    }

    [Fact]
    public async Task Machine_that_slept_while_another_had_its_turn_stops_for_good()
    {
        night.Decisions.Answers.Enqueue(new Answer.Again());
        var sleeps = Step(
            "a",
            async run =>
            {
                await night.CutLockAsync(Token);
                await using var environment = night.Open();
                await using var other = await CutoverLock.AcquireAsync(
                    environment.Source,
                    environment.Target,
                    SmallNight.Kind,
                    "ben@other",
                    Token
                );
            }
        );

        await night.RunAsync(Token, sleeps, Step("b"));

        Assert.Equal(["a"], ran);
        Assert.Equal(2, night.Decisions.Failed.Count);
        Assert.All(
            night.Decisions.Failed,
            failed => Assert.Contains("Another process took the run over", failed.Result.Summary)
        );
    }

    [Fact]
    public async Task Cancelled_step_ends_the_journal_and_the_next_process_continues()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var working = Step(
            "b",
            async run =>
            {
                await cancelled.CancelAsync();
                // As a driver does that wraps the cancellation in an error of its own.
                throw new InvalidOperationException("the connection is closed");
            }
        );

        var end = await night.RunAsync(cancelled.Token, Step("a"), working);

        Assert.ThrowsAny<OperationCanceledException>(() => end.End.Failure!.Throw());
        var last = (await night.JournalAsync(Token))[^1];
        Assert.Equal((JournalEvent.RunEnded, "Inconclusive", "cancelled"), (last.Event, last.Outcome, last.Detail));
        Assert.Empty(night.Decisions.Failed);
        Assert.True((await night.RunAsync(Token, Step("a"), Step("b"))).IsOver);
    }

    [Fact]
    public async Task Step_that_waits_in_vain_is_answered_for_and_not_taken_as_cancelled()
    {
        await night.RunAsync(Token, Step("a", _ => throw new TaskCanceledException("A task was canceled.")));

        var failed = Assert.Single(night.Decisions.Failed);
        Assert.Equal("no answer came in time", failed.Result.Summary);
    }

    [Theory]
    [InlineData("source")]
    [InlineData("target")]
    [InlineData("object store")]
    public async Task Server_that_goes_away_amid_a_step_is_named_and_the_step_is_run_again(string server)
    {
        var wire = night.Wires[server];
        night.Decisions.Answers.Enqueue(new Answer.Again());
        night.Decisions.Before = () => wire.Refuse(0);
        var step = Step(
            "a",
            async run =>
            {
                if (night.Decisions.Failed.Count == 0)
                {
                    wire.Refuse(int.MaxValue);
                }

                await (
                    server switch
                    {
                        "source" => run.Environment.Source.ExecuteAsync(new Sql("select 1"), Token),
                        "target" => run.Environment.Target.ExecuteAsync(new Sql("select 1"), Token),
                        _ => run.Environment.ObjectStore.PingAsync(Token),
                    }
                );
            }
        );

        var end = await night.RunAsync(Token, step, Step("b"));

        Assert.True(night.Decisions.Failed.Count == 1, $"{end.End.Reason}; ran {string.Join(", ", ran)}");
        var failed = night.Decisions.Failed[0];
        Assert.Contains(
            server == "object store" ? "The object store http://127.0.0.1" : $"the {server} (",
            failed.Result.Summary
        );
        Assert.EndsWith("Run the step again when it answers", failed.Result.Summary);
        Assert.True(end.IsOver, end.End.Reason);
        Assert.Equal(["a", "a", "b"], ran);
    }

    [Fact]
    public async Task Server_that_is_away_from_the_start_is_refused_by_name()
    {
        night.Wires["target"].Refuse(int.MaxValue);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => night.RunAsync(Token, Step("a")));

        Assert.Contains("the target (", refused.Message);
        Assert.Contains("then run the same command", refused.Message);
        Assert.False(Directory.Exists(night.Runs));
    }

    [Fact]
    public async Task Evidence_that_cannot_be_written_stops_the_run_and_the_next_process_continues()
    {
        var blocked = "";
        var full = Step(
            "a",
            run =>
            {
                // A folder of that name, as a disk that takes no byte.
                blocked = run.Evidence.PathOf("timeline.json.tmp");
                Directory.CreateDirectory(blocked);
                return Task.CompletedTask;
            }
        );

        var end = await night.RunAsync(Token, full, Step("b"));

        Assert.Contains("Cannot write the evidence", end.End.Reason);
        Assert.Contains("Free space", end.End.Reason);
        Assert.Equal(["a"], ran);
        Directory.Delete(blocked);
        Assert.True((await night.RunAsync(Token, Step("a"), Step("b"))).IsOver);
    }

    private static (long, string, JournalEvent) Line(JournalEntry entry) =>
        (entry.Sequence, entry.Previous, entry.Event);

    private static string Wrong(string secret) =>
        secret.Contains("://")
            ? new UriBuilder(secret) { Password = "not-the-one" }
                .Uri
                .AbsoluteUri
            : new Npgsql.NpgsqlConnectionStringBuilder(secret) { Password = "not-the-one" }.ConnectionString;

    private Step Step(string id) => Step(id, _ => Task.CompletedTask);

    private Step Step(string id, Func<RunContext, Task> work) =>
        new(
            id,
            id,
            async (run, _, _) =>
            {
                ran.Add(id);
                await work(run);
                return StepResult.Pass("done");
            }
        )
        {
            RestoreAsync = (_, _, _) => Task.FromResult(StepResult.Pass("done before")),
        };

    private static Step Fails(string id) =>
        new(id, id, (_, _, _) => Task.FromResult(new StepResult(Verdict.Fail, "not yet")));
}
