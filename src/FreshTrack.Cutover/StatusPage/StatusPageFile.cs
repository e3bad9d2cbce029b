using System.Text.RegularExpressions;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>Reads <c>deploy/uptime-kuma.yaml</c>, which documents every key.</summary>
public sealed partial class StatusPageFile
{
    private const string What = "the status page's file";

    private static readonly string[] Styles = ["info", "warning", "danger", "primary", "light", "dark"];

    private readonly YamlProblems problems;
    private readonly string secrets;

    private StatusPageFile(string path, string secrets)
    {
        problems = new YamlProblems(path, What);
        this.secrets = secrets;
    }

    /// <param name="addresses">An environment's own, in place of the file's, by name.</param>
    /// <param name="secrets">The folder in which the paths of secret files begin.</param>
    /// <exception cref="RefusedException">The file cannot be read, or something in it, or in a secret file that it
    /// names, is wrong: all of it is said at once, with its lines.</exception>
    public static StatusPageSettings Read(string path, IReadOnlyDictionary<string, Uri> addresses, string secrets)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The status page's file '{path}' cannot be read: {e.Message.TrimEnd('.')}. Name a file such as "
                    + "deploy/uptime-kuma.yaml.",
                e
            );
        }

        return new StatusPageFile(path, secrets).Settings(YamlNode.ReadSecretive(text, path, What), addresses);
    }

    private StatusPageSettings Settings(YamlNode root, IReadOnlyDictionary<string, Uri> given)
    {
        var file = problems.Mapping(
            root,
            "version",
            "addresses",
            "page",
            "monitors",
            "notifications",
            "maintenance",
            "incidents"
        );
        problems.Required(file, "version", node => node.Text() == "1" ? node : throw Refuse(node, "1"));
        var addresses = new Addresses(problems.Required(file, "addresses", node => Named(node, given)) ?? new());
        var monitors = problems.Required(file, "monitors", node => new MonitorReader(problems, addresses).Read(node));
        var settings = new StatusPageSettings(
            Page(problems.Required(file, "page", node => node), addresses, monitors ?? [])!,
            monitors!,
            problems.Optional(file, "notifications", node => new NotificationReader(problems, secrets).Read(node))
                ?? [],
            Maintenance(problems.Required(file, "maintenance", node => node), addresses)!,
            Incidents(problems.Required(file, "incidents", node => node), addresses)
        );
        problems.Demand();
        return settings;
    }

    private static Dictionary<string, string> Named(YamlNode node, IReadOnlyDictionary<string, Uri> given)
    {
        var none = new Addresses(new Dictionary<string, string>());
        return node.Pairs()
            .ToDictionary(
                pair => pair.Key,
                pair => (given.GetValueOrDefault(pair.Key) ?? none.Url(pair.Value)).ToString().TrimEnd('/')
            );
    }

    private PageSettings? Page(YamlNode? node, Addresses addresses, IReadOnlyList<MonitorSettings> monitors)
    {
        var page = problems.Mapping(node, "slug", "title", "description", "address", "groups");
        var slug = problems.Required(page, "slug", Slug);
        var title = problems.Required(page, "title", value => value.Text());
        var description = problems.Required(page, "description", value => value.Text());
        var address = problems.Required(page, "address", addresses.Url);
        var groups = problems.Required(page, "groups", value => Groups(value, monitors));
        return page is null ? null : new PageSettings(slug, title, description, address, groups);
    }

    private static Dictionary<string, IReadOnlyList<string>> Groups(
        YamlNode node,
        IReadOnlyList<MonitorSettings> monitors
    ) =>
        node.Pairs()
            .ToDictionary(
                group => group.Key,
                group =>
                    group.Value.Texts().FirstOrDefault(name => monitors.All(monitor => monitor.Name != name))
                        is { } unknown
                        ? throw group.Value.Refuse(
                            $"{group.Value.What} names {group.Value.Quote(unknown)}; expected monitors of this file: "
                                + string.Join(", ", monitors.Select(monitor => monitor.Name))
                        )
                        : group.Value.Texts()
            );

    private MaintenanceText? Maintenance(YamlNode? node, Addresses addresses)
    {
        var maintenance = problems.Mapping(node, "title", "description");
        var title = problems.Required(maintenance, "title", value => value.Text());
        var description = problems.Required(maintenance, "description", addresses.Expand);
        return maintenance is null ? null : new MaintenanceText(title, description);
    }

    private Dictionary<string, IncidentText> Incidents(YamlNode? node, Addresses addresses)
    {
        var incidents = problems.Mapping(node, IncidentNames.All);
        return IncidentNames.All.ToDictionary(
            name => name,
            name => Incident(problems.Required(incidents, name, value => value), addresses)!
        );
    }

    private IncidentText? Incident(YamlNode? node, Addresses addresses)
    {
        var incident = problems.Mapping(node, "title", "content", "style");
        var title = problems.Required(incident, "title", value => value.Text());
        var content = problems.Required(incident, "content", addresses.Expand);
        var style = problems.Required(
            incident,
            "style",
            value => Styles.Contains(value.Text()) ? value.Text() : throw Refuse(value, string.Join(", ", Styles))
        );
        return incident is null ? null : new IncidentText(title, content.TrimEnd(), style);
    }

    // The server would keep another spelling in lower case, and not find it again.
    private static string Slug(YamlNode node) =>
        ValidSlug().IsMatch(node.Text())
            ? node.Text()
            : throw Refuse(node, "lower-case letters, digits and single hyphens between them");

    private static RefusedException Refuse(YamlNode node, string expected) =>
        node.Refuse($"{node.What} is {node.Quote(node.Text())}; expected {expected}");

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidSlug();
}
