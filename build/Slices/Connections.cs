using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Slices;

/// <summary>Where the servers are: from an option, or from the environment, which keeps passwords out of the shell's
/// history. No message holds a value: it may be a secret.</summary>
internal static class Connections
{
    private const string KeyVariable = "FRESHTRACK_WEBHOOK_KEY_FILE";
    private const int KeyBytes = 32;

    /// <exception cref="RefusedException">Neither <c>--source</c> nor <c>FRESHTRACK_SOURCE</c> is given, or the address
    /// is not understood.</exception>
    public static NpgsqlDataSource Source(BuildContext context) => Database(context, "source", "FRESHTRACK_SOURCE");

    /// <exception cref="RefusedException">Neither <c>--target</c> nor <c>FRESHTRACK_TARGET</c> is given, or the address
    /// is not understood.</exception>
    public static NpgsqlDataSource Target(BuildContext context) => Database(context, "target", "FRESHTRACK_TARGET");

    /// <exception cref="RefusedException">Neither <c>--object-store</c> nor <c>FRESHTRACK_OBJECT_STORE</c> is given, or
    /// the address is not understood.</exception>
    public static ObjectStoreAddress ObjectStore(BuildContext context) =>
        ObjectStoreAddress.Parse(Address(context, "object-store", "FRESHTRACK_OBJECT_STORE"));

    /// <returns>Null when no Stack Auth server was named.</returns>
    /// <exception cref="RefusedException">The address is not understood.</exception>
    public static StackAuthAddress? StackAuth(BuildContext context) =>
        Find(context, "stack-auth", "FRESHTRACK_STACK_AUTH") is { } address ? StackAuthAddress.Parse(address) : null;

    /// <summary>The key of the webhook secrets, as the API has it.</summary>
    /// <exception cref="RefusedException">No file is named, or it does not hold 32 bytes in base64.</exception>
    public static byte[] WebhookKey(BuildContext context)
    {
        var path = Address(context, "webhook-key", KeyVariable);
        if (!File.Exists(path))
        {
            throw new RefusedException(
                $"There is no webhook key '{path}'. Give the file that the API has in {KeyVariable}."
            );
        }

        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length) && length == KeyBytes
            ? key
            : throw new RefusedException(
                $"The webhook key '{path}' is not {KeyBytes} bytes in base64. Give the file that the API has in "
                    + $"{KeyVariable}."
            );
    }

    private static NpgsqlDataSource Database(BuildContext context, string option, string variable) =>
        NpgsqlDataSource.Create(DatabaseAddress.Parse(Address(context, option, variable)));

    private static string Address(BuildContext context, string option, string variable) =>
        Find(context, option, variable)
        ?? throw new RefusedException(
            $"No address of the {option.Replace('-', ' ')}. Give --{option}, or set {variable}."
        );

    private static string? Find(BuildContext context, string option, string variable) =>
        (context.Option(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } value
            ? value
            : null;
}
