using System.Reflection;
using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Databases;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>A check without a test that has made it fail does not count as a check.</summary>
public sealed class EveryCheckTests(Servers servers)
{
    /// <summary>What the databases lack of the plan is no check: it is always Inconclusive.</summary>
    private static readonly IReadOnlyList<string> Names =
    [
        .. typeof(CheckNames)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Except([CheckNames.Plan])
            .Order(),
    ];

    public static TheoryData<string> Damaged => [.. CheckDamage.All.Select(damage => damage.Check)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task It_has_failed(string check)
    {
        var damage = CheckDamage.All.Single(damage => damage.Check == check);
        var result = await AfterAsync(damage.Fails, check, damage.Subject);
        Assert.True(result.Verdict == Verdict.Fail, result.ToString());
        Assert.True(result is { Violations: > 0, Reason.Length: > 0 }, result.ToString());
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task It_has_come_to_no_verdict(string check)
    {
        var damage = CheckDamage.All.Single(damage => damage.Check == check);
        var result = await AfterAsync(damage.Inconclusive, check, damage.Elsewhere ?? damage.Subject);
        Assert.Equal((Verdict.Inconclusive, true), (result.Verdict, result.Reason.Length > 0));
    }

    [Fact]
    public void There_is_a_damage_for_it() =>
        Assert.Equal(Names, CheckDamage.All.Select(damage => damage.Check).Order());

    [Fact]
    public async Task It_runs_under_its_name()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var plan = MovedPlan.Create();
        await using var sides = await BothSides.OpenAsync(
            new VerificationRequest(plan, moved.Source, moved.Target),
            Token
        );
        var scope = await PlanScope.ReadAsync(plan, sides, DateTimeOffset.UnixEpoch, Token);
        ICheck[] checks =
        [
            .. CheckList.OfPlan(scope.Plan, DateTimeOffset.UnixEpoch),
            .. await CheckList.OfTargetAsync(
                sides,
                scope.Plan,
                new TimeLimit(TimeProvider.System, TimeSpan.FromMinutes(5)),
                Token
            ),
        ];
        Assert.Equal(Names, checks.Select(check => check.Name).Distinct().Order());
        Assert.Equal(
            typeof(ICheck)
                .Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(ICheck)))
                .Select(type => type.Name)
                .Order(),
            checks.Select(check => check.GetType().Name).Distinct().Order()
        );
    }

    private async Task<CheckResult> AfterAsync(string damage, string check, string subject)
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(damage, Token);
        return Assert.Single(
            (await moved.VerifyAsync(Token)).Checks,
            result => result.Check == check && result.Subject == subject
        );
    }
}
