using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>Whatever the verifier asks of a database may fail, hang,
/// be swallowed or come back cut; none of it may end in a pass.</summary>
public sealed class FaultTests(Servers servers)
{
    private const int Sampled = 60;
    private const int Seed = 20260115;

    private static readonly string[] OfCatalog =
    [
        CheckNames.Orphans,
        CheckNames.UniqueKeys,
        CheckNames.NotNull,
        CheckNames.CheckConstraints,
        CheckNames.Partitions,
        CheckNames.Sequences,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static bool InFull => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full";

    [Fact]
    public async Task Nothing_that_goes_wrong_with_a_query_ends_in_a_pass()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var undisturbed = await FaultyRun.RunAsync(moved, null, Token);
        Assert.DoesNotContain(undisturbed.Result.Checks, check => check.Verdict != Verdict.Pass);
        await SpoilAsync(moved, undisturbed, undisturbed.Asked);
    }

    [Fact]
    public async Task Nothing_that_goes_wrong_while_a_damage_is_looked_into_hides_it()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            """
            update units set name = left(name, 9), api_key = 'other', seen_at = null where id = md5('unit7')::uuid;
            delete from units where id = md5('unit8')::uuid;
            insert into readings values (md5('late')::uuid, null, 1, '2026-03-01Z');
            insert into readings select id, unit_id, 0, recorded_at - interval '1 second' from readings limit 1;
            update event_logs set payload = '{}' where id = md5('2event30')::uuid;
            delete from migration.user_map where source_id = md5('user3')::uuid
            """,
            Token
        );
        var undisturbed = await FaultyRun.RunAsync(moved, null, Token);
        var failed = undisturbed
            .Result.Checks.Where(check => check.Verdict == Verdict.Fail)
            .Select(check => $"{check.Check} {check.Subject}")
            .ToHashSet();
        Assert.True(failed.Count >= 12, string.Join(", ", failed));
        await SpoilAsync(
            moved,
            undisturbed,
            undisturbed.Asked.Where(asked =>
                asked.Deed == Deed.Read && asked.Check is { } check && failed.Contains(check)
            )
        );
    }

    private static async Task SpoilAsync(MovedDatabases moved, FaultyRun undisturbed, IEnumerable<Asked> asked)
    {
        var all = asked.SelectMany(one => one.Faults, (one, fault) => (Asked: one, Fault: fault)).ToList();
        var sample = Sample(all).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{sample.Count} of {all.Count} faults");
        await Parallel.ForEachAsync(
            sample,
            Token,
            async (spoilt, token) =>
                Expect(
                    undisturbed,
                    spoilt.Asked,
                    $"{spoilt.Fault} of what {spoilt.Asked.Check ?? "the list of checks"} asked the "
                        + $"{spoilt.Asked.Side}: {spoilt.Asked.Sql}",
                    await FaultyRun.RunAsync(moved, spoilt, token)
                )
        );
    }

    /// <summary>All that the list of checks hangs on, and some of what the checks ask; in full, everything.</summary>
    private static IEnumerable<(Asked Asked, Fault Fault)> Sample(IEnumerable<(Asked Asked, Fault Fault)> all)
    {
        var pairs = all.ToLookup(pair => InFull || pair.Asked is { Check: null, Deed: Deed.Read });
        var rest = pairs[false].ToArray();
#pragma warning disable CA5394 // Equal seeds are to give equal faults.
        new Random(Seed).Shuffle(rest);
#pragma warning restore CA5394
        return [.. pairs[true], .. rest.Take(Sampled)];
    }

    /// <summary>The check concerned is inconclusive, and no other is disturbed.</summary>
    private static void Expect(FaultyRun undisturbed, Asked asked, string what, FaultyRun spoilt)
    {
        Assert.True(
            spoilt.Asked.Count(one => one.Side == asked.Side) > asked.Number,
            $"{what}: it was not asked again."
        );
        Assert.False(spoilt.WasLeftHanging, $"{what}: it was not cancelled when its time was over.");
        Assert.NotEqual(Verdict.Pass, spoilt.Result.Verdict);
        var concerned = spoilt.Result.Checks.Where(check => Concerns(asked, check)).ToList();
        Assert.True(
            concerned.Count > 0
                && concerned.TrueForAll(check => check is { Verdict: Verdict.Inconclusive, Reason.Length: > 0 }),
            $"{what}: {string.Join(", ", concerned)}"
        );
        if (asked.Check is not null)
        {
            Assert.Equal(Others(undisturbed, asked), Others(spoilt, asked));
        }
    }

    private static IEnumerable<(string, string, Verdict)> Others(FaultyRun run, Asked asked) =>
        run
            .Result.Checks.Where(check => !Concerns(asked, check))
            .Select(check => (check.Check, check.Subject, check.Verdict));

    private static bool Concerns(Asked asked, CheckResult check) =>
        asked.Check is { } name ? name == $"{check.Check} {check.Subject}" : OfCatalog.Contains(check.Check);
}
