namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Kills the engine's process with SIGKILL and resumes: nothing may tell the target from that of an
/// undisturbed run.</summary>
public sealed class KillTests(Servers servers)
{
    private const int Moments = 50;
    private const int SampledMoments = 8;
    private const int Seed = 20260115;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static bool InFull => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full";

    [Fact]
    public async Task A_move_killed_where_a_stage_begins_or_ends_resumes_to_the_same_target()
    {
        await using var move = await KilledMove.CreateAsync(servers, Token);
        var undisturbed = await move.RunAsync(killAtEvent: null, killAfter: null, Token);
        Assert.Equal(["export", "users", "import", "indexes"], undisturbed.Events.Distinct());

        foreach (var last in Boundaries(undisturbed.Events))
        {
            Expect(
                undisturbed,
                await move.RunAsync(last, killAfter: null, Token),
                $"killed at event {last}, {undisturbed.Events[last]}"
            );
        }
    }

    [Fact]
    public async Task A_move_killed_at_any_moment_resumes_to_the_same_target()
    {
        await using var move = await KilledMove.CreateAsync(servers, Token);
        var undisturbed = await move.RunAsync(killAtEvent: null, killAfter: null, Token);
#pragma warning disable CA5394 // Equal seeds are to give equal moments.
        var random = new Random(Seed);
        foreach (
            var moment in Enumerable
                .Range(0, Moments)
                .Select(_ => random.NextDouble() * undisturbed.Lasted)
                .Take(InFull ? Moments : SampledMoments)
        )
#pragma warning restore CA5394
        {
            Expect(undisturbed, await move.RunAsync(killAtEvent: null, moment, Token), $"killed after {moment}");
        }
    }

    [Fact]
    public async Task A_rehearsal_that_was_killed_says_what_it_reached_and_a_move_continues_it()
    {
        await using var move = await KilledMove.CreateAsync(servers, Token);
        var undisturbed = await move.RunAsync(killAtEvent: null, killAfter: null, Token);
        var events = undisturbed.Events.ToList();
        foreach (var (activity, reached) in new[] { ("export", "export.parts"), ("import", "import.rows") })
        {
            var middle = (events.IndexOf(activity) + events.LastIndexOf(activity)) / 2;

            var outcome = await move.RunAsync(middle, killAfter: null, Token, kind: "rehearsal");

            Expect(undisturbed, outcome, $"rehearsal killed in its {activity}");
            Assert.StartsWith("check.preflight ", outcome.Reached[0]);
            Assert.Equal($"{reached} Inconclusive", outcome.Reached[^1]);
            Assert.Equal(["rehearsal: resumed, RunEnded Warn"], outcome.Runs);
        }
    }

    /// <summary>First and last event of every stage; in full, all of them.</summary>
    private static IEnumerable<int> Boundaries(IReadOnlyList<string> events) =>
        Enumerable
            .Range(0, events.Count)
            .Where(at =>
                InFull
                || at == 0
                || at == events.Count - 1
                || events[at] != events[at - 1]
                || events[at] != events[at + 1]
            );

    private static void Expect(KilledOutcome undisturbed, KilledOutcome resumed, string when)
    {
        var different = undisturbed.Contents.Zip(resumed.Contents).FirstOrDefault(pair => pair.First != pair.Second);
        Assert.True(
            undisturbed.Contents.Count == resumed.Contents.Count && different == default,
            $"{when}: {resumed.Contents.Count} instead of {undisturbed.Contents.Count} rows; "
                + $"expected '{different.First}', found '{different.Second}'"
        );
        Assert.True(
            resumed.Strangers.Count == 0,
            $"{when}: the manifest does not name {string.Join(", ", resumed.Strangers)}"
        );
    }
}
