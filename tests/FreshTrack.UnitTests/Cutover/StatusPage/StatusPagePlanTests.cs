using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using FreshTrack.Cutover.StatusPages;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.StatusPage;

public sealed class StatusPagePlanTests
{
    private static readonly StatusPageState Empty = new(
        new KumaLists([], [], [], []),
        new JsonObject { ["checkUpdate"] = true },
        [],
        new HashSet<int>(),
        new HashSet<int>()
    );

    private static StatusPageSettings Wanted =>
        new(
            new PageSettings(
                "freshtrack",
                "FreshTrack",
                "About it",
                new Uri("https://status.example.com/"),
                new Dictionary<string, IReadOnlyList<string>> { ["All"] = ["API"] }
            ),
            [new MonitorSettings("API", new Uri("https://api.example.com/health"))],
            [new WebhookSettings("operations", new Uri("https://hooks.example.com/hunter2"))],
            new MaintenanceText("Move", "We move"),
            new Dictionary<string, IncidentText>()
        );

    [Fact]
    public void An_empty_server_gets_all_of_it()
    {
        var plan = StatusPagePlan.Of(Wanted, Empty);

        Assert.Equal(
            [
                "add notification 'operations'",
                "change settings 'general': trustProxy, primaryBaseURL",
                "add monitor 'API'",
                "add status page 'freshtrack'",
                "add maintenance 'Move'",
            ],
            plan.Changes.Select(change => $"{change}")
        );
        Assert.False(plan.Maintenance.Body["active"]!.GetValue<bool>());
        Assert.True(plan.Settings.Body["checkUpdate"]!.GetValue<bool>());
    }

    [Fact]
    public void A_server_that_has_all_of_it_is_left_alone()
    {
        var changes = StatusPagePlan.Of(Wanted, Whole()).Changes;

        Assert.All(changes, change => Assert.Equal(ChangeKind.Keep, change.Kind));
        Assert.Equal(5, changes.Count);
    }

    [Fact]
    public void What_somebody_changed_is_changed_back_and_what_somebody_added_stays()
    {
        var state = Whole();
        state.Lists.Monitors[0]["interval"] = 300;
        state.Lists.Monitors[0]["description"] = "by hand";
        state.Lists.Monitors[0]["notificationIDList"]!["9"] = true;

        var item = Assert.Single(StatusPagePlan.Of(Wanted, state).Monitors);

        Assert.Equal("change monitor 'API': interval", $"{item.Change}");
        Assert.Equal(60, item.Body["interval"]!.GetValue<int>());
        Assert.Equal("by hand", item.Body["description"]!.GetValue<string>());
        Assert.True(item.Body["notificationIDList"]!.AsObject().ContainsKey("9"));
    }

    [Fact]
    public void A_monitor_without_our_notification_gets_it()
    {
        var state = Whole();
        state.Lists.Monitors[0]["notificationIDList"] = new JsonObject();

        Assert.Equal(
            "change monitor 'API': notificationIDList",
            $"{Assert.Single(StatusPagePlan.Of(Wanted, state).Monitors).Change}"
        );
    }

    [Fact]
    public void A_monitor_that_was_paused_is_resumed_unless_its_group_is()
    {
        var state = Whole();
        state.Lists.Monitors[0]["active"] = false;
        Assert.Equal("change monitor 'API': active", $"{StatusPagePlan.Of(Wanted, state).Monitors[0].Change}");

        state.Lists.Monitors[0]["forceInactive"] = true;
        Assert.Equal("keep monitor 'API'", $"{StatusPagePlan.Of(Wanted, state).Monitors[0].Change}");
    }

    [Fact]
    public void Two_of_a_name_are_refused()
    {
        var state = Whole();
        var twice = state with
        {
            Lists = state.Lists with { Monitors = [state.Lists.Monitors[0], state.Lists.Monitors[0]] },
        };

        var refused = Assert.Throws<RefusedException>(() => StatusPagePlan.Of(Wanted, twice));

        Assert.Contains("has 2 of the monitor 'API'", refused.Message);
    }

    [Fact]
    public void Hosts_groups_and_monitors_of_others_stay_on_the_page()
    {
        var state = Whole();
        state.Lists.Pages[0]["domainNameList"] = new JsonArray("other.example.com");
        state = state with
        {
            Groups =
            [
                new PublicGroup(1, "Theirs", [new PublicMonitor(8, "Router", ShowsUrl: true)]),
                new PublicGroup(2, "All", [new PublicMonitor(9, "Printer", ShowsUrl: false)]),
            ],
        };

        var plan = StatusPagePlan.Of(Wanted, state);

        Assert.Equal("change status page 'freshtrack': domainNameList, groups", $"{plan.Page.Change}");
        Assert.Equal(
            """["other.example.com","status.example.com"]""",
            plan.Page.Body["domainNameList"]!.ToJsonString()
        );
        Assert.Equal(["Theirs", "All"], plan.Groups.Select(group => group.Name));
        Assert.Equal(["Printer"], plan.Groups[1].Present.Select(monitor => monitor.Name));
        Assert.Equal(["API"], plan.Groups[1].Missing);
        Assert.Empty(plan.Groups[0].Missing);
    }

    [Fact]
    public void A_maintenance_under_way_stays_under_way()
    {
        var state = Whole();
        state.Lists.Maintenances[0]["active"] = true;
        state.Lists.Maintenances[0]["description"] = "old";

        var item = StatusPagePlan.Of(Wanted, state).Maintenance;

        Assert.Equal("change maintenance 'Move': description", $"{item.Change}");
        Assert.True(item.Body["active"]!.GetValue<bool>());
    }

    [Fact]
    public void A_maintenance_without_our_monitor_or_page_gets_them()
    {
        var state = Whole() with
        {
            MaintainedMonitors = new HashSet<int>(),
            MaintenancePages = new HashSet<int> { 77 },
        };

        Assert.Equal(
            "change maintenance 'Move': monitors, pages",
            $"{StatusPagePlan.Of(Wanted, state).Maintenance.Change}"
        );
    }

    [Theory]
    [InlineData(
        """{"type":"webhook","webhookURL":"https://old/","isDefault":true}""",
        "webhookURL, webhookContentType"
    )]
    [InlineData("not JSON", "type, webhookURL")]
    [InlineData("[]", "type, webhookURL")]
    public void A_notification_that_differs_is_saved_anew_without_being_shown(string config, string fields)
    {
        var state = Whole();
        state.Lists.Notifications[0]["config"] = config;

        var item = Assert.Single(StatusPagePlan.Of(Wanted, state).Notifications);

        Assert.StartsWith($"change notification 'operations': {fields}", $"{item.Change}");
        Assert.DoesNotContain("hunter2", $"{item.Change}");
        Assert.Equal(5, item.Id);
        Assert.False(item.Body["applyExisting"]!.GetValue<bool>());
    }

    /// <summary>A server on which an empty one's plan was carried out.</summary>
    private static StatusPageState Whole()
    {
        var plan = StatusPagePlan.Of(Wanted, Empty);
        var monitor = Stored(plan.Monitors[0], 7);
        monitor["active"] = true;
        monitor["forceInactive"] = false;
        monitor["notificationIDList"] = new JsonObject { ["5"] = true };
        var notification = new JsonObject
        {
            ["id"] = 5,
            ["name"] = "operations",
            ["config"] = plan.Notifications[0].Body.ToJsonString(),
        };
        return new StatusPageState(
            new KumaLists([monitor], [notification], [Stored(plan.Maintenance, 3)], [Page(plan.Page)]),
            plan.Settings.Body,
            [new PublicGroup(2, "All", [new PublicMonitor(7, "API", ShowsUrl: false)])],
            new HashSet<int> { 7 },
            new HashSet<int> { 4 }
        );
    }

    private static JsonObject Page(PlannedItem item)
    {
        var page = Stored(item, 4);
        page["slug"] = "freshtrack";
        return page;
    }

    private static JsonObject Stored(PlannedItem item, int id)
    {
        var stored = item.Body.DeepClone().AsObject();
        stored["id"] = id;
        return stored;
    }
}
