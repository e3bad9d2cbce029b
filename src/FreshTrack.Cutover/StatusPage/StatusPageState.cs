using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>What a server has of everything that the file is about.</summary>
/// <param name="Settings">The server's own.</param>
/// <param name="Groups">Of the file's status page, if the server has it.</param>
/// <param name="MaintainedMonitors">Ids of the monitors that the file's maintenance is about.</param>
/// <param name="MaintenancePages">Ids of the status pages that show it.</param>
internal sealed record StatusPageState(
    KumaLists Lists,
    JsonObject Settings,
    IReadOnlyList<PublicGroup> Groups,
    IReadOnlySet<int> MaintainedMonitors,
    IReadOnlySet<int> MaintenancePages
)
{
    public JsonObject? Monitor(string name) => Find(Lists.Monitors, "monitor", "name", name);

    public JsonObject? Notification(string name) => Find(Lists.Notifications, "notification", "name", name);

    public JsonObject? Page(string slug) => Find(Lists.Pages, "status page", "slug", slug);

    public JsonObject? Maintenance(string title) => Find(Lists.Maintenances, "maintenance", "title", title);

    /// <summary>The one thing of a name; null where there is none.</summary>
    /// <exception cref="RefusedException">There are several.</exception>
    internal static JsonObject? Find(IReadOnlyList<JsonObject> items, string what, string key, string name)
    {
        var found = items.Where(item => item[key] is JsonValue value && value.ToString() == name).ToList();
        return found.Count <= 1
            ? found.FirstOrDefault()
            : throw new RefusedException(
                $"Uptime Kuma has {found.Count} of the {what} '{name}': which one is meant cannot be told. Rename or "
                    + "delete the others there and run again."
            );
    }
}
