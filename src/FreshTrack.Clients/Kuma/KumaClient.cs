using System.Text.Json.Nodes;

namespace FreshTrack.Clients.Kuma;

/// <summary>A signed-in connection to Uptime Kuma. Every call throws <see cref="KumaException"/> when it is refused or
/// not answered. Objects have the server's own field names.</summary>
public sealed class KumaClient : IAsyncDisposable
{
    /// <summary>No maintenance has it.</summary>
    private const int NoMaintenance = 0;

    private readonly KumaSocket socket;
    private readonly KumaCalls calls;

    internal KumaClient(KumaSocket socket, KumaCalls calls, KumaLists lists)
    {
        (this.socket, this.calls) = (socket, calls);
        Lists = lists;
    }

    /// <summary>What the server held when this connection was opened.</summary>
    public KumaLists Lists { get; }

    /// <returns>The monitor's id.</returns>
    public async Task<int> AddMonitorAsync(JsonObject monitor, CancellationToken cancellationToken) =>
        calls.Number(
            await calls.DoAsync($"add the monitor {Named(monitor, "name")}", "add", cancellationToken, monitor),
            "monitorID"
        );

    /// <param name="monitor">With its id and every field: one that is left out is emptied.</param>
    public Task EditMonitorAsync(JsonObject monitor, CancellationToken cancellationToken) =>
        calls.DoAsync($"change the monitor {Named(monitor, "name")}", "editMonitor", cancellationToken, monitor);

    /// <summary>Starts a monitor that was paused.</summary>
    public Task ResumeMonitorAsync(int monitor, CancellationToken cancellationToken) =>
        calls.DoAsync($"resume monitor {monitor}", "resumeMonitor", cancellationToken, monitor);

    /// <param name="id">Null adds one.</param>
    /// <returns>The notification's id.</returns>
    public async Task<int> SaveNotificationAsync(
        JsonObject notification,
        int? id,
        CancellationToken cancellationToken
    ) =>
        calls.Number(
            await calls.DoAsync(
                $"save the notification {Named(notification, "name")}",
                "addNotification",
                cancellationToken,
                notification,
                id
            ),
            "id"
        );

    /// <param name="slug">Lower-case letters, digits and single hyphens; no other page may have it.</param>
    public Task AddPageAsync(string title, string slug, CancellationToken cancellationToken) =>
        calls.DoAsync($"add the status page '{slug}'", "addStatusPage", cancellationToken, title, slug);

    /// <summary>All settings of a status page, without its groups.</summary>
    public async Task<JsonObject> PageAsync(string slug, CancellationToken cancellationToken) =>
        calls.Object(
            await calls.DoAsync($"show the status page '{slug}'", "getStatusPage", cancellationToken, slug),
            "config"
        );

    /// <param name="page">Every setting of the page.</param>
    /// <param name="groups">Every group of it, in order: one that is left out is deleted.</param>
    public Task SavePageAsync(string slug, JsonObject page, JsonArray groups, CancellationToken cancellationToken)
    {
        // The path of its icon is an argument of its own; one version stores the field «logo» in its place.
        var icon = page["icon"]?.GetValue<string>() ?? "";
        var saved = page.DeepClone().AsObject();
        saved["logo"] = icon;
        return calls.DoAsync(
            $"save the status page '{slug}'",
            "saveStatusPage",
            cancellationToken,
            slug,
            saved,
            icon,
            groups
        );
    }

    public async Task<JsonObject> SettingsAsync(CancellationToken cancellationToken) =>
        calls.Object(await calls.DoAsync("show its settings", "getSettings", cancellationToken), "data");

    /// <param name="settings">All of them, as they were read, with what shall change.</param>
    public Task SaveSettingsAsync(JsonObject settings, CancellationToken cancellationToken) =>
        calls.DoAsync("save its settings", "setSettings", cancellationToken, settings, "");

    /// <returns>The maintenance's id.</returns>
    public async Task<int> AddMaintenanceAsync(JsonObject maintenance, CancellationToken cancellationToken) =>
        calls.Number(
            await calls.DoAsync(
                $"add the maintenance {Named(maintenance, "title")}",
                "addMaintenance",
                cancellationToken,
                maintenance
            ),
            "maintenanceID"
        );

    public Task EditMaintenanceAsync(JsonObject maintenance, CancellationToken cancellationToken) =>
        calls.DoAsync(
            $"change the maintenance {Named(maintenance, "title")}",
            "editMaintenance",
            cancellationToken,
            maintenance
        );

    public Task StartMaintenanceAsync(int maintenance, CancellationToken cancellationToken) =>
        calls.DoAsync($"start maintenance {maintenance}", "resumeMaintenance", cancellationToken, maintenance);

    public Task EndMaintenanceAsync(int maintenance, CancellationToken cancellationToken) =>
        calls.DoAsync($"end maintenance {maintenance}", "pauseMaintenance", cancellationToken, maintenance);

    /// <summary>The ids of the monitors that a maintenance is about.</summary>
    public Task<IReadOnlySet<int>> MaintainedMonitorsAsync(int maintenance, CancellationToken cancellationToken) =>
        IdsAsync("getMonitorMaintenance", "monitors", maintenance, cancellationToken);

    /// <summary>The ids of the status pages that show a maintenance.</summary>
    public Task<IReadOnlySet<int>> MaintenancePagesAsync(int maintenance, CancellationToken cancellationToken) =>
        IdsAsync("getMaintenanceStatusPage", "statusPages", maintenance, cancellationToken);

    /// <param name="monitors">All of them: others are taken from it.</param>
    public Task SetMaintainedMonitorsAsync(
        int maintenance,
        IEnumerable<int> monitors,
        CancellationToken cancellationToken
    ) =>
        calls.DoAsync(
            $"say which monitors maintenance {maintenance} is about",
            "addMonitorMaintenance",
            cancellationToken,
            maintenance,
            Ids(monitors)
        );

    /// <param name="pages">All of them: others are taken from it.</param>
    public Task SetMaintenancePagesAsync(
        int maintenance,
        IEnumerable<int> pages,
        CancellationToken cancellationToken
    ) =>
        calls.DoAsync(
            $"say which status pages show maintenance {maintenance}",
            "addMaintenanceStatusPage",
            cancellationToken,
            maintenance,
            Ids(pages)
        );

    /// <summary>Pins an incident to a page, in place of any other.</summary>
    /// <param name="incident">With an id, that one is changed.</param>
    /// <returns>The incident's id.</returns>
    public async Task<int> PostIncidentAsync(string slug, JsonObject incident, CancellationToken cancellationToken)
    {
        var answer = await calls.DoAsync(
            $"post an incident on '{slug}'",
            "postIncident",
            cancellationToken,
            slug,
            incident
        );
        return calls.Number(calls.Object(answer, "incident"), "id");
    }

    /// <summary>Takes the incident of a page down.</summary>
    public Task UnpinIncidentAsync(string slug, CancellationToken cancellationToken) =>
        calls.DoAsync($"take the incident of '{slug}' down", "unpinIncident", cancellationToken, slug);

    /// <summary>Makes visitors see the pages as they are: the server keeps them for 5 minutes, and incidents do not end
    /// that. Of the calls that do, this one changes nothing.</summary>
    public Task RefreshPagesAsync(CancellationToken cancellationToken) =>
        SetMaintenancePagesAsync(NoMaintenance, [], cancellationToken);

    public ValueTask DisposeAsync() => socket.DisposeAsync();

    private async Task<IReadOnlySet<int>> IdsAsync(
        string call,
        string key,
        int maintenance,
        CancellationToken cancellationToken
    )
    {
        var answer = await calls.DoAsync($"show maintenance {maintenance}", call, cancellationToken, maintenance);
        var items = answer[key] as JsonArray ?? throw calls.Nonsense($"without '{key}'");
        return items
            .Select(item => item as JsonObject ?? throw calls.Nonsense($"as '{key}'"))
            .Select(item => calls.Number(item, "id"))
            .ToHashSet();
    }

    private static JsonArray Ids(IEnumerable<int> ids) => [.. ids.Select(id => new JsonObject { ["id"] = id })];

    private static string Named(JsonObject item, string key) => $"'{item[key]}'";
}
