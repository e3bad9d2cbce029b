using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>What has to change on a server so that it has all that the file says. Nothing that is not in the file is
/// changed or deleted.</summary>
internal sealed record StatusPagePlan(
    IReadOnlyList<PlannedItem> Notifications,
    PlannedItem Settings,
    IReadOnlyList<PlannedItem> Monitors,
    PlannedItem Page,
    IReadOnlyList<PlannedGroup> Groups,
    PlannedItem Maintenance
)
{
    public IReadOnlyList<PlannedChange> Changes =>
        [
            .. Notifications
                .Append(Settings)
                .Concat(Monitors)
                .Append(Page)
                .Append(Maintenance)
                .Select(item => item.Change),
        ];

    /// <exception cref="RefusedException">The server has two things of a name that the file has.</exception>
    public static StatusPagePlan Of(StatusPageSettings wanted, StatusPageState state)
    {
        var notifications = wanted
            .Notifications.Select(item => NotificationPlan.Of(item, state.Notification(item.Name)))
            .ToList();
        var monitors = wanted
            .Monitors.Select(item => MonitorPlan.Of(item, state.Monitor(item.Name), notifications))
            .ToList();
        var groups = PlannedGroup.Of(wanted.Page.Groups, state.Groups);
        return new StatusPagePlan(
            notifications,
            GeneralOf(wanted.Page, state.Settings),
            monitors,
            PageOf(wanted.Page, state.Page(wanted.Page.Slug), groups),
            groups,
            MaintenanceOf(wanted, state, monitors)
        );
    }

    private static PlannedItem GeneralOf(PageSettings page, JsonObject existing) =>
        PlannedItem.Of(
            "settings",
            "general",
            existing,
            new JsonObject
            {
                // Behind a proxy a browser's origin is compared with the host that the proxy names.
                ["trustProxy"] = true,
                ["primaryBaseURL"] = page.Address.GetLeftPart(UriPartial.Authority),
            }
        );

    private static PlannedItem PageOf(PageSettings page, JsonObject? existing, IReadOnlyList<PlannedGroup> groups)
    {
        var hosts = existing?["domainNameList"]?.AsArray().Select(host => host!.GetValue<string>()).ToList() ?? [];
        var item = PlannedItem.Of(
            "status page",
            page.Slug,
            existing,
            new JsonObject
            {
                ["title"] = page.Title,
                ["description"] = page.Description,
                ["domainNameList"] = new JsonArray([
                    .. hosts.Union([page.Address.Host]).Select(host => (JsonNode)host),
                ]),
            }
        );
        return groups.Any(group => group.Missing.Count > 0 || group.Id is null) ? item.With("groups") : item;
    }

    private static PlannedItem MaintenanceOf(
        StatusPageSettings wanted,
        StatusPageState state,
        IReadOnlyList<PlannedItem> monitors
    )
    {
        var item = PlannedItem.Of(
            "maintenance",
            wanted.Maintenance.Title,
            state.Maintenance(wanted.Maintenance.Title),
            new JsonObject
            {
                ["title"] = wanted.Maintenance.Title,
                ["description"] = wanted.Maintenance.Description,
                ["strategy"] = "manual",
            },
            NewMaintenance()
        );
        if (monitors.Any(monitor => monitor.Id is not { } id || !state.MaintainedMonitors.Contains(id)))
        {
            item = item.With("monitors");
        }

        var page = state.Page(wanted.Page.Slug)?["id"]?.GetValue<int>();
        return page is { } known && state.MaintenancePages.Contains(known) ? item : item.With("pages");
    }

    /// <summary>It begins when somebody starts it.</summary>
    private static JsonObject NewMaintenance() =>
        new()
        {
            ["active"] = false,
            ["intervalDay"] = 1,
            ["dateRange"] = new JsonArray([null]),
            ["timeRange"] = new JsonArray(Time(2), Time(3)),
            ["weekdays"] = new JsonArray(),
            ["daysOfMonth"] = new JsonArray(),
            ["cron"] = "30 3 * * *",
            ["durationMinutes"] = 60,
            ["timezoneOption"] = "SAME_AS_SERVER",
        };

    private static JsonObject Time(int hours) => new() { ["hours"] = hours, ["minutes"] = 0 };
}

/// <summary>A group of the status page.</summary>
/// <param name="Id">Null for a new one.</param>
/// <param name="Present">What it has, whoever put it there.</param>
/// <param name="Missing">Names of monitors that it lacks.</param>
internal sealed record PlannedGroup(
    int? Id,
    string Name,
    IReadOnlyList<PublicMonitor> Present,
    IReadOnlyList<string> Missing
)
{
    /// <summary>The groups that are there, in their order, then new ones.</summary>
    public static IReadOnlyList<PlannedGroup> Of(
        IReadOnlyDictionary<string, IReadOnlyList<string>> wanted,
        IReadOnlyList<PublicGroup> existing
    )
    {
        var there = existing.Select(group => new PlannedGroup(
            group.Id,
            group.Name,
            group.Monitors,
            [
                .. wanted
                    .GetValueOrDefault(group.Name, [])
                    .Where(name =>
                        existing.First(other => other.Name == group.Name) == group
                        && group.Monitors.All(monitor => monitor.Name != name)
                    ),
            ]
        ));
        var added = wanted
            .Where(group => existing.All(other => other.Name != group.Key))
            .Select(group => new PlannedGroup(null, group.Key, [], group.Value));
        return [.. there, .. added];
    }
}
