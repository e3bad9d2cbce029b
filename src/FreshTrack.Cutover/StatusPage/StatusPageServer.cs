using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>Brings Uptime Kuma to what the file says, and changes nothing the second time.</summary>
/// <param name="visitor">Reads the page without signing in.</param>
public sealed class StatusPageServer(KumaLogin login, PublicPageClient visitor)
{
    /// <summary>What <see cref="ApplyAsync"/> would do now.</summary>
    /// <exception cref="KumaException">The server cannot be reached or refuses a call.</exception>
    /// <exception cref="RefusedException">It has two things of a name that the file has.</exception>
    public async Task<IReadOnlyList<PlannedChange>> PlanAsync(
        StatusPageSettings settings,
        CancellationToken cancellationToken
    )
    {
        await using var kuma = await login.OpenAsync(cancellationToken);
        return StatusPagePlan.Of(settings, await StateAsync(kuma, settings, cancellationToken)).Changes;
    }

    /// <summary>Makes the changes one after the other. What was done before a failure stays, and is kept the next
    /// time.</summary>
    /// <returns>What was done with each thing of the file.</returns>
    /// <exception cref="KumaException">The server cannot be reached or refuses a call.</exception>
    /// <exception cref="RefusedException">It has two things of a name that the file has; nothing was
    /// changed.</exception>
    public async Task<IReadOnlyList<PlannedChange>> ApplyAsync(
        StatusPageSettings settings,
        CancellationToken cancellationToken
    )
    {
        await using var kuma = await login.OpenAsync(cancellationToken);
        var plan = StatusPagePlan.Of(settings, await StateAsync(kuma, settings, cancellationToken));
        var notifications = new List<int>();
        foreach (var item in plan.Notifications)
        {
            notifications.Add(
                item.IsKept ? item.Id!.Value : await kuma.SaveNotificationAsync(item.Body, item.Id, cancellationToken)
            );
        }

        if (!plan.Settings.IsKept)
        {
            await kuma.SaveSettingsAsync(plan.Settings.Body, cancellationToken);
        }

        var monitors = new Dictionary<string, int>();
        foreach (var item in plan.Monitors)
        {
            monitors[item.Change.Name] = await MonitorAsync(kuma, item, notifications, cancellationToken);
        }

        var page = await PageAsync(kuma, settings.Page, plan, monitors, cancellationToken);
        await MaintenanceAsync(kuma, plan.Maintenance, monitors.Values, page, cancellationToken);
        return plan.Changes;
    }

    private async Task<StatusPageState> StateAsync(
        KumaClient kuma,
        StatusPageSettings settings,
        CancellationToken cancellationToken
    )
    {
        var lists = kuma.Lists;
        var page = StatusPageState.Find(lists.Pages, "status page", "slug", settings.Page.Slug);
        var maintenance = Id(
            StatusPageState.Find(lists.Maintenances, "maintenance", "title", settings.Maintenance.Title)
        );
        return new StatusPageState(
            lists,
            await kuma.SettingsAsync(cancellationToken),
            page is null ? [] : (await visitor.ReadFreshAsync(settings.Page.Slug, cancellationToken)).Groups,
            maintenance is { } first
                ? await kuma.MaintainedMonitorsAsync(first, cancellationToken)
                : new HashSet<int>(),
            maintenance is { } second ? await kuma.MaintenancePagesAsync(second, cancellationToken) : new HashSet<int>()
        );
    }

    private static async Task<int> MonitorAsync(
        KumaClient kuma,
        PlannedItem item,
        IReadOnlyList<int> notifications,
        CancellationToken cancellationToken
    )
    {
        if (item.IsKept)
        {
            return item.Id!.Value;
        }

        var told = item.Body[MonitorPlan.Notifications]?.DeepClone() as JsonObject ?? [];
        foreach (var notification in notifications)
        {
            told[$"{notification}"] = true;
        }

        item.Body[MonitorPlan.Notifications] = told;
        if (item.Id is not { } id)
        {
            return await kuma.AddMonitorAsync(item.Body, cancellationToken);
        }

        if (item.Change.Fields.Any(field => field != MonitorPlan.Active))
        {
            await kuma.EditMonitorAsync(item.Body, cancellationToken);
        }

        if (item.Change.Fields.Contains(MonitorPlan.Active))
        {
            await kuma.ResumeMonitorAsync(id, cancellationToken);
        }

        return id;
    }

    /// <returns>The page's id.</returns>
    private static async Task<int> PageAsync(
        KumaClient kuma,
        PageSettings page,
        StatusPagePlan plan,
        Dictionary<string, int> monitors,
        CancellationToken cancellationToken
    )
    {
        if (plan.Page.IsKept)
        {
            return plan.Page.Id!.Value;
        }

        var body = plan.Page.Body;
        if (plan.Page.Id is null)
        {
            await kuma.AddPageAsync(page.Title, page.Slug, cancellationToken);
            var added = await kuma.PageAsync(page.Slug, cancellationToken);
            foreach (var (key, value) in body)
            {
                added[key] = value?.DeepClone();
            }

            body = added;
        }

        var groups = plan.Groups.Select(group => (JsonNode)Group(group, monitors)).ToArray();
        await kuma.SavePageAsync(page.Slug, body, new JsonArray(groups), cancellationToken);
        return body["id"]!.GetValue<int>();
    }

    private static JsonObject Group(PlannedGroup group, Dictionary<string, int> monitors)
    {
        var list = new JsonArray();
        foreach (var monitor in group.Present)
        {
            list.Add(new JsonObject { ["id"] = monitor.Id, ["sendUrl"] = monitor.ShowsUrl });
        }

        foreach (var name in group.Missing)
        {
            list.Add(new JsonObject { ["id"] = monitors[name] });
        }

        var sent = new JsonObject { ["name"] = group.Name, ["monitorList"] = list };
        if (group.Id is { } id)
        {
            sent["id"] = id;
        }

        return sent;
    }

    private static async Task MaintenanceAsync(
        KumaClient kuma,
        PlannedItem item,
        IReadOnlyCollection<int> monitors,
        int page,
        CancellationToken cancellationToken
    )
    {
        if (item.IsKept)
        {
            return;
        }

        var id = item.Id ?? await kuma.AddMaintenanceAsync(item.Body, cancellationToken);
        if (item.Id is not null)
        {
            await kuma.EditMaintenanceAsync(item.Body, cancellationToken);
        }

        var maintained = await kuma.MaintainedMonitorsAsync(id, cancellationToken);
        await kuma.SetMaintainedMonitorsAsync(id, maintained.Union(monitors), cancellationToken);
        var pages = await kuma.MaintenancePagesAsync(id, cancellationToken);
        await kuma.SetMaintenancePagesAsync(id, pages.Union([page]), cancellationToken);
    }

    private static int? Id(JsonObject? item) => item?["id"]?.GetValue<int>();
}
