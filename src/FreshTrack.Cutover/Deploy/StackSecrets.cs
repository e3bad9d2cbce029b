using System.Text.Json;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The secrets of the stack: files on the server, 0444 in a directory of mode 0700, since Compose mounts them
/// as they are and every container reads them as a user of its own.</summary>
public static class StackSecrets
{
    /// <summary>Makes the directory that the commands write to.</summary>
    public const string DirectoryCommand = "install -d -m 700 secrets";

    private const string RedisHash = "$(tr -d '\\n' < secrets/redis_password | sha256sum | cut -d ' ' -f 1)";

    // The API's user passes messages on and may not empty, stop or change the server; the exporter reads figures.
    private const string RedisRights =
        "user default on #%s ~* &* +@all -@admin -@dangerous +info\\n"
        + "user exporter on #%s ~* resetchannels -@all +ping +info +config|get +slowlog|get +slowlog|len "
        + "+latency|latest +latency|histogram +client|setname +select\\n";

    /// <summary>All of them, in an order in which each command finds what it reads.</summary>
    public static IReadOnlyList<StackSecret> All { get; } =
    [
        Random("postgres_owner_password"),
        Random("postgres_api_password"),
        Random("postgres_readonly_password"),
        Random("postgres_backup_password"),
        Random("postgres_exporter_password"),
        Connection("owner_database", "freshtrack_owner", "postgres_owner_password"),
        Connection("api_database", "freshtrack_api", "postgres_api_password"),
        Random("redis_password"),
        Secret("redis_users", $"hash={RedisHash} && printf '{RedisRights}' \"$hash\" \"$hash\""),
        Secret(
            "redis_exporter_passwords",
            "printf '{\"redis://exporter@redis:6379\":\"%s\"}' \"$(cat secrets/redis_password)\""
        ),
        // Of 20 characters, as S3 has them.
        Secret("minio_root_user", "openssl rand -hex 10"),
        Random("minio_root_password"),
        Secret(
            "object_store",
            "printf 'http://%s:%s@minio:9000/migration-exports' \"$(cat secrets/minio_root_user)\" "
                + "\"$(cat secrets/minio_root_password)\""
        ),
        // Not a new one: the webhook secrets that move were sealed with it.
        Secret(
            "webhook_key",
            "cat KEY-OF-THE-OLD-SYSTEM",
            $"32 bytes in base64. Where nothing moves, a new one: {Into("webhook_key", "openssl rand -base64 32")}"
        ),
        Random("grafana_admin_password"),
        Secret(
            "monitoring_users",
            "read -rs password && printf 'operations %s\\n' \"$(printf '%s\\n' \"$password\" | docker run --rm -i "
                + "caddy:2.11.4 caddy hash-password)\""
        ),
        Secret("alertmanager_webhook", "printf %s 'https://ADDRESS-OF-THE-RECEIVER'"),
        Typed("smtp_password", "Where no mail server asks for one"),
        Typed("telnyx_key", "Where nobody is told by text message"),
    ];

    /// <summary>What a configuration asks for, as <c>docker compose config --format json</c> prints it.</summary>
    /// <exception cref="RefusedException">It is no such configuration, or a secret stands in it that is no
    /// file.</exception>
    public static IReadOnlyList<SecretFile> Read(string rendered)
    {
        JsonElement secrets;
        try
        {
            using var document = JsonDocument.Parse(rendered);
            if (!document.RootElement.TryGetProperty("secrets", out secrets))
            {
                return [];
            }

            secrets = secrets.Clone();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new RefusedException(
                "The rendered configuration of the stack cannot be read. Expected what "
                    + $"'docker compose config --format json' prints: {exception.Message}",
                exception
            );
        }

        return [.. secrets.EnumerateObject().Select(Read)];
    }

    /// <summary>Refuses a server that lacks secrets: all at once, each with the command that makes it.</summary>
    /// <param name="lengthOf">Bytes of a file; null where there is none.</param>
    /// <exception cref="RefusedException">A file is missing, or is empty and may not be.</exception>
    public static void Require(IReadOnlyList<SecretFile> wanted, Func<SecretFile, long?> lengthOf)
    {
        var problems = wanted
            .OrderBy(secret => All.TakeWhile(known => known.Name != secret.Name).Count())
            .Select(secret => Problem(secret, lengthOf(secret)))
            .OfType<string>()
            .ToList();
        if (problems.Count > 0)
        {
            throw new RefusedException(
                $"{problems.Count} of {wanted.Count} secrets of the stack cannot be used. In the directory of the "
                    + $"Compose files, run '{DirectoryCommand}' and then, in this order:{Environment.NewLine}"
                    + string.Join(Environment.NewLine, problems)
            );
        }
    }

    private static string? Problem(SecretFile secret, long? length)
    {
        var known = All.FirstOrDefault(entry => entry.Name == secret.Name);
        if (length > 0)
        {
            return null;
        }

        var state = length is null ? "is missing" : "is empty";
        var step = known is null ? "Write it there; no command is known for it." : $"{known.Command}   {known.Remark}";
        return $"{secret.Name}: '{secret.File}' {state}: {step}".TrimEnd();
    }

    private static SecretFile Read(JsonProperty secret) =>
        secret.Value.TryGetProperty("file", out var file) && file.GetString() is { Length: > 0 } path
            ? new SecretFile(secret.Name, path)
            : throw new RefusedException(
                $"The secret '{secret.Name}' of the stack is no file. Expected file: PATH in the Compose files: a "
                    + "secret in a variable is shown by docker inspect."
            );

    // In a shell of its own, whose mode for new files ends with it; and in the place of a file that nobody may write.
    private static string Into(string name, string print) =>
        $"(umask 333 && rm -f secrets/.new && {print} > secrets/.new && mv -f secrets/.new secrets/{name})";

    private static StackSecret Secret(string name, string print, string remark = "") =>
        new(name, Into(name, print), remark);

    private static StackSecret Random(string name) => Secret(name, "openssl rand -hex 32");

    // Of what is not used there is a word: a Swarm takes no empty secret.
    private static StackSecret Typed(string name, string unused) =>
        Secret(name, "read -rs text && printf %s \"$text\"", $"{unused}: {Into(name, "printf none")}");

    private static StackSecret Connection(string name, string role, string password) =>
        Secret(
            name,
            $"printf 'Host=postgres;Database=freshtrack;Username={role};Password=%s' \"$(cat secrets/{password})\""
        );
}
