using FreshTrack.Verification;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>One verification, one check after the other, with at most one thing spoilt.</summary>
/// <param name="Asked">All that either side was asked.</param>
internal sealed record FaultyRun(VerificationResult Result, IReadOnlyList<Asked> Asked, bool WasLeftHanging)
{
    public static async Task<FaultyRun> RunAsync(
        MovedDatabases moved,
        (Asked Asked, Fault Fault)? spoilt,
        CancellationToken cancellationToken
    )
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));
        var limit = TimeSpan.FromMinutes(1);
        // The sessions of snapshot and catalog, and on the target that which reads its declarations.
        await using var source = new FaultyDataSource(
            moved.Source,
            "source",
            2,
            VictimOf("source"),
            spoilt?.Fault ?? default,
            () => clock.Advance(limit)
        );
        await using var target = new FaultyDataSource(
            moved.Target,
            "target",
            3,
            VictimOf("target"),
            spoilt?.Fault ?? default,
            () => clock.Advance(limit)
        );
        var request = new VerificationRequest(MovedPlan.Create(), source, target)
        {
            Clock = clock,
            CheckLimit = limit,
            Parallelism = 1,
        };
        var result = await Verifier.RunAsync(request, new Ends(source, target), cancellationToken);
        return new FaultyRun(
            result,
            [.. source.Asked, .. target.Asked],
            source.WasLeftHanging || target.WasLeftHanging
        );

        int? VictimOf(string side) => spoilt?.Asked.Side == side ? spoilt.Value.Asked.Number : null;
    }

    private sealed class Ends(FaultyDataSource source, FaultyDataSource target) : IProgress<CheckResult>
    {
        public void Report(CheckResult value)
        {
            source.EndOf($"{value.Check} {value.Subject}");
            target.EndOf($"{value.Check} {value.Subject}");
        }
    }
}
