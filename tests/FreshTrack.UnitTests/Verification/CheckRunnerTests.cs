using System.Data.Common;
using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Databases;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Verification;

public sealed class CheckRunnerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_check_that_throws_is_inconclusive_with_its_reason()
    {
        var result = await RunAsync(_ => throw new InvalidOperationException("disk on fire"));
        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.Contains("disk on fire", result.Reason);
    }

    [Fact]
    public async Task A_check_that_is_cancelled_by_anything_but_the_caller_is_inconclusive() =>
        Assert.Equal(Verdict.Inconclusive, (await RunAsync(_ => throw new OperationCanceledException())).Verdict);

    [Fact]
    public async Task A_check_that_returns_nothing_is_inconclusive() =>
        Assert.Equal(Verdict.Inconclusive, (await RunAsync(_ => Task.FromResult<Outcome>(null!))).Verdict);

    [Fact]
    public async Task A_check_beyond_its_limit_is_inconclusive()
    {
        var clock = new FakeTimeProvider();
        var running = RunAsync(
            token =>
                Task.Delay(Timeout.Infinite, token)
                    .ContinueWith<Outcome>(_ => throw new OperationCanceledException(), TaskScheduler.Default),
            clock
        );
        clock.Advance(Limit);
        var result = await running;
        Assert.Equal((Verdict.Inconclusive, Limit.TotalSeconds), (result.Verdict, result.DurationSeconds));
        Assert.Contains("00:05:00", result.Reason);
    }

    [Fact]
    public async Task The_callers_cancel_is_passed_on()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new CheckRunner(TimeProvider.System, new TimeLimit(TimeProvider.System, Limit)).RunAsync(
                new Scripted(_ => throw new InvalidOperationException()),
                null!,
                cancelled.Token
            )
        );
    }

    [Theory]
    [InlineData(0, 0, false, Verdict.Inconclusive)]
    [InlineData(0, 0, true, Verdict.Pass)]
    [InlineData(0, 1, true, Verdict.Fail)]
    [InlineData(5, 0, false, Verdict.Pass)]
    [InlineData(5, 2, false, Verdict.Fail)]
    [InlineData(-1, 0, true, Verdict.Inconclusive)]
    public void Only_rows_without_violations_pass(long rows, long violations, bool mayBeEmpty, Verdict expected) =>
        Assert.Equal(expected, Outcome.Judge(rows, violations, "because", mayBeEmpty).Verdict);

    private static Task<CheckResult> RunAsync(Func<CancellationToken, Task<Outcome>> script, TimeProvider? given = null)
    {
        var clock = given ?? new FakeTimeProvider();
        return new CheckRunner(clock, new TimeLimit(clock, Limit)).RunAsync(
            new Scripted(script),
            null!,
            TestContext.Current.CancellationToken
        );
    }

    private sealed class Scripted(Func<CancellationToken, Task<Outcome>> script) : ICheck
    {
        public string Name => "scripted";

        public string Subject => "nothing";

        public Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken) =>
            script(cancellationToken);
    }
}

public sealed class UnreachableDatabaseTests
{
    [Fact]
    public async Task Every_check_of_the_plan_is_inconclusive_when_a_database_cannot_be_reached()
    {
        var table = new TablePlan(TableName.Parse("units"), TableName.Parse("units"))
        {
            MayBeEmpty = true,
            Users = ["id"],
            Chain = new ChainPlan("a", "b", "c", "d"),
        };
        var plan = new MigrationPlan([table], []) { Hash = "" };
        await using var broken = new BrokenDataSource();
        var result = await Verifier.RunAsync(
            new VerificationRequest(plan, broken, broken),
            null,
            TestContext.Current.CancellationToken
        );
        Assert.All(result.Checks, check => Assert.Equal(Verdict.Inconclusive, check.Verdict));
        Assert.All(result.Checks, check => Assert.Contains("no route to host", check.Reason));
        string[] expected =
        [
            CheckNames.BrokenHashChain,
            CheckNames.CheckConstraints,
            CheckNames.Contents,
            CheckNames.Counts,
            CheckNames.InvalidUuids,
            CheckNames.NotNull,
            CheckNames.Orphans,
            CheckNames.Partitions,
            CheckNames.Sequences,
            CheckNames.UniqueKeys,
            CheckNames.UserMap,
        ];
        Assert.Equal(expected, result.Checks.Select(check => check.Check));
    }

    [Fact]
    public async Task A_plan_without_tables_is_refused()
    {
        await using var broken = new BrokenDataSource();
        var plan = new MigrationPlan([], []) { Hash = "" };
        await Assert.ThrowsAsync<RefusedException>(() =>
            Verifier.RunAsync(
                new VerificationRequest(plan, broken, broken),
                null,
                TestContext.Current.CancellationToken
            )
        );
    }

    private sealed class BrokenDataSource : DbDataSource
    {
        public override string ConnectionString => "";

        protected override DbConnection CreateDbConnection() => throw new IOException("no route to host");
    }
}
