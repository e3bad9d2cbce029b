using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>Whatever the verifier asks of a database may fail, hang, be swallowed or come back cut; none of it may end in a pass.</summary>
public sealed class FaultTests(Servers servers)
{
    private const int Sampled = 60;
    private const int Seed = 20260115;

    private static readonly string[] OfCatalog =
        [CheckNames.Orphans, CheckNames.UniqueKeys, CheckNames.NotNull, CheckNames.CheckConstraints, CheckNames.Partitions, CheckNames.Sequences];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static bool InFull => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full";

    [Fact]
    public async Task Nothing_that_goes_wrong_with_a_query_ends_in_a_pass()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var clean = await FaultyRun.RunAsync(moved, null, Token);
        Assert.DoesNotContain(clean.Result.Checks, check => check.Verdict != Verdict.Pass);

        var faults = Sample(clean.Asked).ToList();
        await Parallel.ForEachAsync(faults, Token, async (spoilt, token) =>
            Expect(clean, spoilt.Asked, $"{spoilt.Fault} of {spoilt.Asked}", await FaultyRun.RunAsync(moved, spoilt, token)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{faults.Count} faults of {clean.Asked.Sum(asked => asked.Faults.Count())} in {clean.Asked.Count} queries");
    }

    /// <summary>All that the list of checks hangs on, and some of what the checks ask; in full, everything.</summary>
    private static IEnumerable<(Asked Asked, Fault Fault)> Sample(IReadOnlyList<Asked> all)
    {
        var pairs = all.SelectMany(asked => asked.Faults, (asked, fault) => (Asked: asked, Fault: fault)).ToLookup(pair => InFull || pair.Asked is { Check: null, Deed: Deed.Read });
        var rest = pairs[false].ToArray();
#pragma warning disable CA5394 // Equal seeds are to give equal faults.
        new Random(Seed).Shuffle(rest);
#pragma warning restore CA5394
        return [.. pairs[true], .. rest.Take(Sampled)];
    }

    private static void Expect(FaultyRun clean, Asked asked, string what, FaultyRun spoilt)
    {
        Assert.True(spoilt.Asked.Count(one => one.Side == asked.Side) > asked.Number, $"{what}: it was not asked again.");
        Assert.False(spoilt.WasLeftHanging, $"{what}: it was not cancelled when its time was over.");
        Assert.True(spoilt.Result.Verdict == Verdict.Inconclusive, $"{what}: the verification came to {spoilt.Result.Verdict}.");
        var (concerned, others) = (spoilt.Result.Checks.Where(check => Concerns(asked, check)).ToList(), spoilt.Result.Checks.Where(check => !Concerns(asked, check)));
        Assert.True(concerned.Count > 0 && concerned.TrueForAll(check => check is { Verdict: Verdict.Inconclusive, Reason.Length: > 0 }), $"{what}: {string.Join(", ", concerned)}");
        if (asked.Check is not null)
        {
            Assert.True(others.All(check => check.Verdict == Verdict.Pass), $"{what}: it disturbed {string.Join(", ", others.Where(check => check.Verdict != Verdict.Pass))}");
            Assert.Equal(clean.Result.Checks.Count, spoilt.Result.Checks.Count);
        }
    }

    private static bool Concerns(Asked asked, CheckResult check) =>
        asked.Check is { } name ? name == $"{check.Check} {check.Subject}" : OfCatalog.Contains(check.Check, StringComparer.Ordinal);
}
