using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Migration.Parts;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class DeployedTargetTests
{
    private static readonly DeploySettings Deploy = new(
        new ServerAddress("new.example.com"),
        "/opt/freshtrack-pro",
        "freshtrack",
        ["compose.yaml"],
        ".env.production"
    );

    [Fact]
    public void Names_of_the_stacks_own_services_are_reached_through_the_server() =>
        Assert.Equal(
            [new ServicePort("postgres", 5432), new ServicePort("minio", 9000)],
            DeployedTarget.PortsOf(Settings(Deploy, "Host=postgres;Database=freshtrack", "http://k:s@minio:9000/b"))
        );

    [Fact]
    public void Other_hosts_are_reached_at_their_own_address() =>
        Assert.Empty(DeployedTarget.PortsOf(Settings(Deploy, "Host=db.example.com", "https://k:s@s3.example.com/b")));

    [Fact]
    public void Without_a_deployed_stack_every_host_is_one() =>
        Assert.Empty(DeployedTarget.PortsOf(Settings(deploy: null, "Host=postgres", "http://k:s@minio:9000/b")));

    [Fact]
    public void What_is_not_reached_is_asked_of_nobody_else()
    {
        var unreached = DeployedTarget.Unreached(
            Settings(Deploy, "Host=postgres;Database=freshtrack", "http://k:s@minio:9000/b").Target
        );

        Assert.Equal("Host=127.0.0.1;Database=freshtrack;Port=1", unreached.Database);
        Assert.Equal(new Uri("http://127.0.0.1:1/"), unreached.ObjectStore!.Server);
    }

    private static EnvironmentSettings Settings(DeploySettings? deploy, string database, string store) =>
        new("test", EnvironmentKind.Stage)
        {
            Deploy = deploy,
            Target = new TargetSettings { Database = database, ObjectStore = ObjectStoreAddress.Parse(store) },
        };
}
