using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Moving;

/// <summary>The servers that a part of the move works on. No message holds an address: there is a password in
/// it.</summary>
internal sealed class MoveServers(BuildContext context) : IAsyncDisposable
{
    private readonly Lazy<NpgsqlDataSource> source = new(() => Connections.Source(context));
    private readonly Lazy<NpgsqlDataSource> target = new(() => Connections.Target(context));
    private readonly Lazy<ObjectStore> store = new(() =>
        new ObjectStore(
            ObjectStoreAddress.Parse(Connections.Address(context, "object-store", "FRESHTRACK_OBJECT_STORE"))
        )
    );
    private readonly HttpClient http = new();

    public NpgsqlDataSource Source => source.Value;

    public NpgsqlDataSource Target => target.Value;

    public ObjectStore Store => store.Value;

    /// <summary>Null when no Stack Auth server was named.</summary>
    /// <exception cref="RefusedException">The address has another form.</exception>
    public StackAuthClient? StackAuth()
    {
        if (
            (context.Option("stack-auth") ?? Environment.GetEnvironmentVariable("FRESHTRACK_STACK_AUTH"))
            is not { Length: > 0 } text
        )
        {
            return null;
        }

        var keys =
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url!.UserInfo.Split(':')
                : [];
        if (keys is not [{ Length: > 0 } project, { Length: > 0 } key])
        {
            throw new RefusedException(
                "The Stack Auth address is not understood. Expected 'https://PROJECT:SERVERKEY@host', with "
                    + "/ + and @ of the key percent-encoded."
            );
        }

        http.BaseAddress ??= new Uri(url!.GetLeftPart(UriPartial.Scheme) + url.Authority);
        return new StackAuthClient(http, Uri.UnescapeDataString(project), Uri.UnescapeDataString(key));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (store.IsValueCreated)
        {
            store.Value.Dispose();
        }

        foreach (var database in new[] { source, target }.Where(database => database.IsValueCreated))
        {
            await database.Value.DisposeAsync();
        }
    }
}
