using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Environments;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;
using ServerException = FreshTrack.Cutover.Deploy.ServerException;

namespace FreshTrack.Build.Slices;

/// <summary>Where a target works: the environment that <c>--environment</c> names, or servers given one by one, from
/// options or from the process's environment, which keeps passwords out of the shell's history. No message holds an
/// address: it may hold a secret.</summary>
internal static class EnvironmentOptions
{
    private const string Unnamed = "servers given by address";

    private static readonly string[] Addresses = ["source", "target", "object-store", "stack-auth", "webhook-key"];

    /// <exception cref="RefusedException">The file or an address is not understood, both were given, or the target is
    /// in a deployed stack that is not reached.</exception>
    public static async Task<CutoverEnvironment> OpenAsync(BuildContext context)
    {
        try
        {
            return await CutoverEnvironment.OpenAsync(Read(context), context.Cancellation);
        }
        catch (ServerException e)
        {
            throw new RefusedException($"{e.Message} Nothing was changed.", e);
        }
    }

    /// <exception cref="RefusedException">The file or an address is not understood, or both were given.</exception>
    public static EnvironmentSettings Read(BuildContext context)
    {
        if (context.Option("environment") is not { } path)
        {
            return Given(context);
        }

        var given = Addresses.Where(option => context.Option(option) is not null).Select(option => $"--{option}");
        return given.Any()
            ? throw new RefusedException(
                $"--environment names every server, and {string.Join(", ", given)} was given beside it. Give one or "
                    + "the other."
            )
            : EnvironmentFile.Read(path);
    }

    private static EnvironmentSettings Given(BuildContext context)
    {
        var source = Find(context, "source", "FRESHTRACK_SOURCE", DatabaseAddress.Parse);
        var target = Find(context, "target", "FRESHTRACK_TARGET", DatabaseAddress.Parse);
        // Without a name there is still something to type: the database that is left, as in db.example.com/postgres.
        var named = (source ?? target) is { } database ? new NpgsqlConnectionStringBuilder(database) : null;
        return new EnvironmentSettings(
            named is null ? Unnamed : $"{named.Host}/{named.Database}",
            EnvironmentKind.Production
        )
        {
            Source = new SourceSettings { Database = source },
            Target = new TargetSettings
            {
                Database = target,
                ObjectStore = Find(context, "object-store", "FRESHTRACK_OBJECT_STORE", ObjectStoreAddress.Parse),
                WebhookKey = Find(context, "webhook-key", "FRESHTRACK_WEBHOOK_KEY_FILE", WebhookKey),
            },
            StackAuth = Find(context, "stack-auth", "FRESHTRACK_STACK_AUTH", StackAuthAddress.Parse) is { } stackAuth
                ? new StackAuthSettings(stackAuth)
                : null,
        };
    }

    private static byte[] WebhookKey(string path)
    {
        try
        {
            return WebhookSecret.ParseKey(SecretFile.Read(path));
        }
        catch (RefusedException refusal)
        {
            throw new RefusedException($"The webhook key '{path}' cannot be used: {refusal.Message}", refusal);
        }
    }

    private static T? Find<T>(BuildContext context, string option, string variable, Func<string, T> parse)
        where T : class =>
        (context.Option(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } value
            ? parse(value)
            : null;
}
