using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Environments;

/// <summary>Reads an environment: addresses, and secrets by the files that hold them. <c>environments/example.yaml</c>
/// documents every key.</summary>
public sealed class EnvironmentFile
{
    private const string What = "the environment";

    private readonly string folder;
    private readonly YamlProblems problems;
    private SecretFiles secretFiles = new();

    private EnvironmentFile(string path)
    {
        folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        problems = new YamlProblems(path, What);
    }

    /// <exception cref="RefusedException">The file cannot be read, or something in it, or in a secret file that it
    /// names, is wrong: all of it is said at once, with its lines.</exception>
    public static EnvironmentSettings Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The environment '{path}' cannot be read: {e.Message.TrimEnd('.')}. Name a file such as "
                    + "environments/example.yaml with --environment.",
                e
            );
        }

        return new EnvironmentFile(path).Settings(YamlNode.ReadSecretive(text, path, What));
    }

    private EnvironmentSettings Settings(YamlNode root)
    {
        var file = problems.Mapping(
            root,
            "version",
            "name",
            "kind",
            "source",
            "target",
            "stack_auth",
            "roles",
            "contacts",
            "canary",
            "deploy",
            "public",
            "monitoring"
        );
        problems.Required(file, "version", node => node.Text() == "1" ? node : throw Refuse(node, "1"));
        var name = problems.Required(file, "name", Name);
        var kind = problems.Required(file, "kind", Kind);
        var source = Source(problems.Required(file, "source", node => node));
        var target = Target(problems.Required(file, "target", node => node));
        var stackAuth = StackAuth(problems.Required(file, "stack_auth", node => node));
        var people = PeopleReader.Read(
            problems,
            problems.Optional(file, "roles", node => node),
            problems.Optional(file, "contacts", node => node)
        );
        var canary = new CanaryReader(problems, kind, node => Secret(node, secret => secret)).Read(
            problems.Optional(file, "canary", node => node)
        );
        var deploy = new DeployReader(problems, folder).Read(problems.Optional(file, "deploy", node => node));
        var visitors = new VisitorsReader(problems, folder, node => Secret(node, secret => secret));
        var names = visitors.Names(problems.Optional(file, "public", node => node));
        var monitoring = visitors.Monitoring(problems.Optional(file, "monitoring", node => node));
        problems.Demand();
        return new EnvironmentSettings(name, kind)
        {
            Canary = canary,
            Deploy = deploy,
            Names = names,
            Monitoring = monitoring,
            Source = source,
            Target = target,
            StackAuth = stackAuth,
            People = people,
            SecretFiles = secretFiles,
        };
    }

    private SourceSettings Source(YamlNode? node)
    {
        var source = problems.Mapping(node, "database", "temperature_unit", "auth", "ingestion", "maintenance");
        return new SourceSettings
        {
            Database = problems.Required(
                source,
                "database",
                node => Secret(node, DatabaseAddress.Parse, path => secretFiles = secretFiles with { Source = path })
            ),
            TemperatureUnit = problems.Required(
                source,
                "temperature_unit",
                unit => unit.Text() is "F" or "C" ? unit.Text() : throw Refuse(unit, "F or C")
            ),
            Auth = Auth(problems.Optional(source, "auth", node => node)),
            Ingestion = problems.Optional(source, "ingestion", Url),
            Maintenance = Maintenance(problems.Optional(source, "maintenance", node => node)),
        };
    }

    private TargetSettings Target(YamlNode? node)
    {
        var target = problems.Mapping(node, "database", "object_store", "redis", "webhook_key");
        return new TargetSettings
        {
            Database = problems.Required(
                target,
                "database",
                node => Secret(node, DatabaseAddress.Parse, path => secretFiles = secretFiles with { Target = path })
            ),
            ObjectStore = problems.Required(
                target,
                "object_store",
                node =>
                    Secret(
                        node,
                        ObjectStoreAddress.Parse,
                        path => secretFiles = secretFiles with { ObjectStore = path }
                    )
            ),
            Redis = problems.Optional(target, "redis", HostAndPort),
            WebhookKey = problems.Required(target, "webhook_key", key => Secret(key, WebhookSecret.ParseKey)),
        };
    }

    private StackAuthSettings? StackAuth(YamlNode? node)
    {
        var section = problems.Mapping(node, "url", "project", "server_key", "publishable_key", "reset_callback");
        var url = problems.Required(section, "url", Url);
        var project = problems.Required(section, "project", value => value.Text());
        var key = problems.Required(section, "server_key", value => Secret(value, secret => secret));
        return new StackAuthSettings(new StackAuthAddress(url, project, key))
        {
            PublishableKey = problems.Optional(section, "publishable_key", value => value.Text()),
            ResetCallback = problems.Optional(section, "reset_callback", Url),
        };
    }

    private SupabaseAuthSettings? Auth(YamlNode? node)
    {
        if (problems.Mapping(node, "url", "service_key") is not { } auth)
        {
            return null;
        }

        var url = problems.Required(auth, "url", Url);
        var key = problems.Required(auth, "service_key", value => Secret(value, secret => secret));
        return new SupabaseAuthSettings(url, key);
    }

    private MaintenanceSettings? Maintenance(YamlNode? node)
    {
        if (problems.Mapping(node, "on", "off", "probe", "within") is not { } maintenance)
        {
            return null;
        }

        var on = problems.Required(maintenance, "on", value => value.Text());
        var off = problems.Required(maintenance, "off", value => value.Text());
        var settings = new MaintenanceSettings(on, off, problems.Required(maintenance, "probe", Url))
        {
            Folder = folder,
        };
        return problems.Optional(maintenance, "within", Within) is { } within
            ? settings with
            {
                Within = within,
            }
            : settings;
    }

    private T Secret<T>(YamlNode node, Func<string, T> parse, Action<string>? found = null) =>
        SecretFile.ReadNamed(node, folder, parse, found);

    // It is typed to confirm, and printed: what a keyboard has not, or a terminal obeys, has no place in it.
    private static string Name(YamlNode node) =>
        node.Text().All(letter => letter is '-' or '_' or '.' || char.IsAsciiLetterOrDigit(letter))
            ? node.Text()
            : throw node.Refuse($"{node.What} has other signs than letters, digits, - _ and .; it is typed to confirm");

    private static EnvironmentKind Kind(YamlNode node) =>
        node.Text() switch
        {
            "production" => EnvironmentKind.Production,
            "stage" => EnvironmentKind.Stage,
            _ => throw Refuse(node, "production or stage"),
        };

    private static TimeSpan? Within(YamlNode node) =>
        node.Duration() > TimeSpan.Zero ? node.Duration() : throw Refuse(node, "a time above 00:00:00");

    private static Uri Url(YamlNode node) =>
        Uri.TryCreate(node.Text(), UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0
            ? url
            : throw node.Refuse(
                $"{node.What} is {node.Quote(node.Text())}; expected an address as https://host, without a user or a "
                    + "password"
            );

    private static string HostAndPort(YamlNode node) =>
        node.Text().Split(':') is [{ Length: > 0 }, var port] && ushort.TryParse(port, out var number) && number > 0
            ? node.Text()
            : throw Refuse(node, "host:port as in redis:6379");

    private static RefusedException Refuse(YamlNode node, string expected) =>
        node.Refuse($"{node.What} is {node.Quote(node.Text())}; expected {expected}");
}
