using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Environments;
using FreshTrack.Migration.Parts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

internal static class On
{
    /// <summary>An environment of servers that the test has opened, and disposes of.</summary>
    public static CutoverEnvironment Servers(
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        ObjectStore? store,
        StackAuthClient? stackAuth
    ) =>
        new("test", EnvironmentKind.Stage)
        {
            Source = source,
            Target = target,
            ObjectStore = store,
            StackAuth = stackAuth,
        };
}
