using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using FreshTrack.Cutover.StatusPages;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.StatusPage;

/// <summary>Production's file on a real server. Each test brings the server to that file first, whatever the one before
/// left.</summary>
public sealed class StatusPageTests(KumaStage stage) : IClassFixture<KumaStage>
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Second_apply_finds_nothing_to_do_and_changes_nothing()
    {
        var settings = stage.Settings();
        await stage.Server.ApplyAsync(settings, Token);
        var before = await ListsAsync();

        var changes = await stage.Server.ApplyAsync(settings, Token);

        Assert.All(changes, change => Assert.Equal(ChangeKind.Keep, change.Kind));
        Assert.Equal(before, await ListsAsync());
        Assert.DoesNotContain(KumaStage.Secret, string.Join('\n', changes));
    }

    [Fact]
    public async Task Plan_says_what_would_be_done_and_does_nothing()
    {
        var planned = await stage.Server.PlanAsync(stage.Alone("planned"), Token);

        Assert.Contains("add monitor 'planned'", planned.Select(change => $"{change}"));
        Assert.DoesNotContain("planned", await ListsAsync());
    }

    [Fact]
    public async Task What_was_edited_by_hand_is_brought_back_and_what_was_added_stays()
    {
        var settings = stage.Own("edited");
        await stage.Server.ApplyAsync(settings, Token);
        await using (var hand = await stage.Login.OpenAsync(Token))
        {
            var monitor = Monitor(hand, "API");
            monitor["interval"] = 300;
            monitor["description"] = "by hand";
            await hand.EditMonitorAsync(monitor, Token);
            var page = await hand.PageAsync(settings.Page.Slug, Token);
            page["footerText"] = "by hand";
            page["title"] = "another title";
            await hand.SavePageAsync(settings.Page.Slug, page, [], Token);
        }

        var changes = await stage.Server.ApplyAsync(settings, Token);

        Assert.Equal(
            ["change monitor 'API': interval", "change status page 'edited': title, groups"],
            changes.Where(change => change.Kind != ChangeKind.Keep).Select(change => $"{change}")
        );
        await using var kuma = await stage.Login.OpenAsync(Token);
        Assert.Equal(
            (60, "by hand"),
            (Monitor(kuma, "API")["interval"]!.GetValue<int>(), Text(Monitor(kuma, "API"), "description"))
        );
        Assert.Equal("by hand", Text(await kuma.PageAsync(settings.Page.Slug, Token), "footerText"));
        Assert.Equal(
            ["Application", "API", "Database", "Redis", "Sensor uplinks"],
            (await stage.Visitor.ReadAsync(settings.Page.Slug, Token))
                .Groups.SelectMany(group => group.Monitors)
                .Select(monitor => monitor.Name)
        );
    }

    [Fact]
    public async Task Monitors_notifications_groups_and_icon_of_others_are_left_alone()
    {
        var settings = stage.Own("foreign");
        await stage.Server.ApplyAsync(settings, Token);
        int router;
        await using (var hand = await stage.Login.OpenAsync(Token))
        {
            var copy = Monitor(hand, "API").DeepClone().AsObject();
            var added = new JsonObject
            {
                ["name"] = "Router",
                ["type"] = "http",
                ["url"] = copy["url"]!.DeepClone(),
                ["method"] = "GET",
                ["interval"] = 3600,
                ["retryInterval"] = 3600,
                ["timeout"] = 5,
                ["maxretries"] = 0,
                ["maxredirects"] = 0,
                ["accepted_statuscodes"] = new JsonArray("200-299"),
                ["kafkaProducerBrokers"] = new JsonArray(),
                ["kafkaProducerSaslOptions"] = new JsonObject(),
                ["parent"] = null,
            };
            router = await hand.AddMonitorAsync(added, Token);
            await hand.SaveNotificationAsync(
                new JsonObject
                {
                    ["name"] = "theirs",
                    ["type"] = "webhook",
                    ["webhookURL"] = "http://127.0.0.1:8080/",
                },
                id: null,
                Token
            );
            var page = await hand.PageAsync(settings.Page.Slug, Token);
            page["icon"] = "/upload/theirs.png";
            var groups = (await stage.Visitor.ReadFreshAsync(settings.Page.Slug, Token))
                .Groups.Take(1)
                .Select(group =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = group.Id,
                            ["name"] = group.Name,
                            ["monitorList"] = new JsonArray(new JsonObject { ["id"] = router, ["sendUrl"] = true }),
                        }
                )
                .Append(
                    new JsonObject
                    {
                        ["name"] = "Theirs",
                        ["monitorList"] = new JsonArray(new JsonObject { ["id"] = router }),
                    }
                );
            await hand.SavePageAsync(settings.Page.Slug, page, [.. groups], Token);
        }

        await stage.Server.ApplyAsync(settings, Token);

        await using var kuma = await stage.Login.OpenAsync(Token);
        Assert.Equal(3600, Monitor(kuma, "Router")["interval"]!.GetValue<int>());
        Assert.Contains(kuma.Lists.Notifications, notification => Text(notification, "name") == "theirs");
        var visited = await stage.Visitor.ReadAsync(settings.Page.Slug, Token);
        Assert.Equal(["FreshTrack", "Theirs", "Behind it"], visited.Groups.Select(group => group.Name));
        Assert.Equal(["Router", "Application", "API"], visited.Groups[0].Monitors.Select(monitor => monitor.Name));
        Assert.Equal(new PublicMonitor(router, "Router", ShowsUrl: true), visited.Groups[0].Monitors[0]);
        Assert.Equal("/upload/theirs.png", Text(await kuma.PageAsync(settings.Page.Slug, Token), "icon"));
    }

    [Fact]
    public async Task Visitor_sees_every_monitor_of_the_file_green()
    {
        var settings = stage.Settings();
        await stage.Server.ApplyAsync(settings, Token);
        var notices = stage.Notices(settings);
        var began = TimeProvider.System.GetTimestamp();
        var names = settings.Monitors.Select(monitor => monitor.Name).ToList();

        IReadOnlyDictionary<string, MonitorStatus?> statuses;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, Token);
            statuses = await notices.StatusesAsync(Token);
        } while (
            names.Any(name => statuses[name] != MonitorStatus.Up) && TimeProvider.System.GetElapsedTime(began) < Enough
        );

        Assert.All(names, name => Assert.Equal(MonitorStatus.Up, statuses[name]));
    }

    [Fact]
    public async Task Visitor_sees_the_text_of_each_phase_in_one_incident_until_it_is_resolved()
    {
        var settings = stage.Alone("phases");
        await stage.Server.ApplyAsync(settings, Token);
        var notices = stage.Notices(settings);

        var first = await notices.PostAsync(IncidentNames.Freeze, Token);
        var again = await notices.PostAsync(IncidentNames.Freeze, Token);
        var next = await notices.PostAsync(IncidentNames.Export, Token);

        Assert.Equal(first, again);
        Assert.Equal((first.Shown.Id, null), (next.Shown.Id, next.Replaced));
        Assert.Equal(next.Shown, (await stage.Visitor.ReadAsync(settings.Page.Slug, Token)).Incident);
        Assert.True(await notices.ResolveAsync(Token));
        Assert.Null((await stage.Visitor.ReadAsync(settings.Page.Slug, Token)).Incident);
        Assert.False(await notices.ResolveAsync(Token));
    }

    [Fact]
    public async Task Incident_of_somebody_else_gives_way_by_name_and_is_not_resolved()
    {
        var settings = stage.Alone("somebody");
        await stage.Server.ApplyAsync(settings, Token);
        var notices = stage.Notices(settings);
        var theirs = new JsonObject
        {
            ["title"] = "Printer on fire",
            ["content"] = "!",
            ["style"] = "info",
        };
        await using (var hand = await stage.Login.OpenAsync(Token))
        {
            await hand.PostIncidentAsync(settings.Page.Slug, theirs, Token);
        }

        Assert.False(await notices.ResolveAsync(Token));
        var posted = await notices.PostAsync(IncidentNames.Complete, Token);

        Assert.Equal("Printer on fire", posted.Replaced);
        await notices.ResolveAsync(Token);
    }

    [Fact]
    public async Task Posted_is_what_the_page_shows_and_not_what_the_server_answered()
    {
        var settings = stage.Alone("posted");
        await stage.Server.ApplyAsync(settings, Token);
        await using (var hand = await stage.Login.OpenAsync(Token))
        {
            await hand.RefreshPagesAsync(Token);
        }

        var old = await stage.Visitor.ReadAsync(settings.Page.Slug, Token);
        using var http = new HttpClient(new OldAnswers(stage.Login.Account.Address))
        {
            BaseAddress = stage.Login.Account.Address,
        };
        var notices = new VisitorNotices(stage.Login, new PublicPageClient(http), settings, TimeProvider.System)
        {
            Limit = TimeSpan.FromSeconds(1),
        };

        var failed = await Assert.ThrowsAsync<KumaException>(() => notices.PostAsync(IncidentNames.Traffic, Token));

        Assert.Null(old.Incident);
        Assert.Contains("shows no notice and not 'Maintenance: addresses are switched'", failed.Message);
        await stage.Notices(settings).ResolveAsync(Token);
    }

    [Fact]
    public async Task Visitor_sees_the_maintenance_from_its_start_to_its_end()
    {
        var settings = stage.Alone("maintained");
        await stage.Server.ApplyAsync(settings, Token);
        var notices = stage.Notices(settings);
        Assert.Empty((await stage.Visitor.ReadFreshAsync(settings.Page.Slug, Token)).Maintenances);

        await notices.StartMaintenanceAsync(Token);
        Assert.Equal(
            [settings.Maintenance.Title],
            (await stage.Visitor.ReadAsync(settings.Page.Slug, Token)).Maintenances
        );
        Assert.All(
            await stage.Server.ApplyAsync(settings, Token),
            change => Assert.Equal(ChangeKind.Keep, change.Kind)
        );

        await notices.EndMaintenanceAsync(Token);
        Assert.Empty((await stage.Visitor.ReadAsync(settings.Page.Slug, Token)).Maintenances);
    }

    [Fact]
    public async Task Names_that_are_markup_statements_or_long_are_names()
    {
        const string Name = """'; drop table monitor; -- <script>alert("1")</script> {{7*7}} ❄️ \u0000 %s""";
        var settings = stage.Settings();
        var name = Name + new string('x', 100);
        var hostile = settings with
        {
            Page = settings.Page with
            {
                Slug = "hostile",
                Title = Name,
                Description = Name,
                Address = new Uri("https://hostile.freshtrack.test"),
                Groups = new Dictionary<string, IReadOnlyList<string>> { [Name] = [name] },
            },
            Monitors = [settings.Monitors[0] with { Name = name }],
            Maintenance = new MaintenanceText(Name, Name),
            Incidents = new Dictionary<string, IncidentText> { [IncidentNames.Freeze] = new(Name, Name, "info") },
        };

        await stage.Server.ApplyAsync(hostile, Token);
        var again = await stage.Server.ApplyAsync(hostile, Token);
        var posted = await stage.Notices(hostile).PostAsync(IncidentNames.Freeze, Token);

        Assert.All(again, change => Assert.Equal(ChangeKind.Keep, change.Kind));
        Assert.Equal((Name, Name), (posted.Shown.Title, posted.Shown.Content));
        Assert.Equal(
            name,
            Assert.Single(Assert.Single((await stage.Visitor.ReadAsync("hostile", Token)).Groups).Monitors).Name
        );
    }

    [Fact]
    public async Task Two_monitors_of_a_name_are_refused_before_anything_changes()
    {
        var settings = stage.Alone("twin");
        await stage.Server.ApplyAsync(settings, Token);
        await stage.Server.ApplyAsync(stage.Alone("other"), Token);
        await using (var hand = await stage.Login.OpenAsync(Token))
        {
            var other = Monitor(hand, "other");
            other["name"] = "twin";
            await hand.EditMonitorAsync(other, Token);
        }

        var before = await ListsAsync();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => stage.Server.ApplyAsync(settings, Token));

        Assert.Contains("has 2 of the monitor 'twin'", refused.Message);
        Assert.Equal(before, await ListsAsync());
    }

    [Fact]
    public async Task A_server_set_up_with_another_password_says_what_to_do()
    {
        await stage.Server.ApplyAsync(stage.Settings(), Token);

        var refused = await Assert.ThrowsAsync<KumaException>(() =>
            new KumaLogin(stage.Account("hunter2-wrong")).OpenAsync(Token)
        );

        Assert.Contains("refuses user admin or the password ('Incorrect username or password')", refused.Message);
        Assert.DoesNotContain("hunter2", $"{refused}");
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_of_a_call_ends_the_call()
    {
        var server = await stage.StartAsync();
        await using var kuma = await new KumaLogin(stage.Account(server: server)).OpenAsync(Token);
        await server.PauseAsync(Token);
        var call = kuma.AddPageAsync("never", "never", Token);
        await Leftovers.RemoveContainerAsync(server.Id, Token);

        var lost = await Assert.ThrowsAsync<KumaException>(() => call);

        Assert.Contains("Uptime Kuma at ", lost.Message);
        Assert.Contains("'addStatusPage'", lost.Message);
    }

    private async Task<string> ListsAsync()
    {
        await using var kuma = await stage.Login.OpenAsync(Token);
        var lists = kuma.Lists;
        return string.Join(
            '\n',
            lists
                .Monitors.Concat(lists.Notifications)
                .Concat(lists.Maintenances)
                .Concat(lists.Pages)
                .Select(item => item.ToJsonString())
        );
    }

    private static JsonObject Monitor(KumaClient kuma, string name) =>
        kuma.Lists.Monitors.Single(monitor => Text(monitor, "name") == name);

    private static string Text(JsonObject item, string key) => item[key]?.ToString() ?? "";

    /// <summary>A proxy that gives every visitor what it got the first time.</summary>
    private sealed class OldAnswers(Uri server) : DelegatingHandler(new HttpClientHandler())
    {
        private string? answer;

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
            using var response = await base.SendAsync(request, cancellationToken);
            answer ??= await response.Content.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage { Content = new StringContent(answer) };
        }
    }
}
