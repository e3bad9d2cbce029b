using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class DeployPlanTests
{
    private static readonly DeployedService[] Next =
    [
        new("postgres", "p1", ServiceUpdate.Together),
        new("redis", "r1", ServiceUpdate.Together),
        new("api-a", "a1", ServiceUpdate.OneByOne),
        new("api-b", "a1", ServiceUpdate.OneByOne),
        new("caddy", "c1", ServiceUpdate.Together),
    ];

    private static readonly string[] All = [.. Next.Select(service => service.Name)];

    [Fact]
    public void Empty_server_gets_everything_in_its_order_and_instances_one_by_one() =>
        Assert.Equal("postgres redis|api-a|api-b|caddy", Rounds(Plan([], [])));

    [Fact]
    public void What_is_as_before_and_well_goes_on_running()
    {
        var plan = Plan(Known(), All);

        Assert.Empty(plan.Rounds);
        Assert.Equal(All, plan.Same);
    }

    [Fact]
    public void What_is_as_before_and_not_well_is_started_again() =>
        Assert.Equal("redis|api-b", Rounds(Plan(Known(), ["postgres", "api-a", "caddy"])));

    [Fact]
    public void New_version_of_the_API_touches_no_database()
    {
        var plan = Plan(Known(("api-a", "a0"), ("api-b", "a0")), All);

        Assert.Equal("api-a|api-b", Rounds(plan));
        Assert.Equal(["postgres", "redis", "caddy"], plan.Same);
    }

    [Fact]
    public void Service_that_the_release_no_longer_has_is_named() =>
        Assert.Equal(["promtail"], Plan(Known(("promtail", "x")), All).Gone);

    [Theory]
    [InlineData("c1.f0", true, "", "caddy")]
    [InlineData("c0.f1", true, "caddy", "")]
    [InlineData("c1.f0", false, "caddy", "")]
    [InlineData("c1.f1", true, "", "")]
    public void Service_takes_in_a_changed_file_where_nothing_else_changed(
        string known,
        bool isWell,
        string replaced,
        string reloaded
    )
    {
        var caddy = new DeployedService("caddy", "c1.f1", ServiceUpdate.Together)
        {
            Reload = new ServiceReload("caddy reload", "Caddyfile"),
        };
        var now = new Dictionary<string, string> { ["caddy"] = known };

        var plan = DeployPlan.Of(now, [caddy], new HashSet<string>(isWell ? ["caddy"] : []));

        Assert.Equal((replaced, reloaded), (Rounds(plan), string.Join(' ', plan.Reloads)));
    }

    private static string Rounds(DeployPlan plan) =>
        string.Join("|", plan.Rounds.Select(round => string.Join(" ", round)));

    private static DeployPlan Plan(Dictionary<string, string> now, string[] well) =>
        DeployPlan.Of(now, Next, well.ToHashSet());

    private static Dictionary<string, string> Known(params (string Name, string Hash)[] others)
    {
        var known = Next.ToDictionary(service => service.Name, service => service.Hash);
        foreach (var (name, hash) in others)
        {
            known[name] = hash;
        }

        return known;
    }
}
