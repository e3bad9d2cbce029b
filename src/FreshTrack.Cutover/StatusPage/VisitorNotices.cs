using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>Tells visitors of the status page what happens. A notice counts once the page shows it to somebody who is
/// not signed in.</summary>
/// <param name="visitor">Reads the page where visitors do: through its public name.</param>
/// <param name="time">Measures how long the page is waited for.</param>
public sealed class VisitorNotices(
    KumaLogin login,
    PublicPageClient visitor,
    StatusPageSettings settings,
    TimeProvider time
)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string slug = settings.Page.Slug;

    /// <summary>How long the page may take to show what was posted.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Puts the text of a moment on the page: in place of another of the file's texts, or of nothing. Posting
    /// it again changes nothing.</summary>
    /// <param name="name">One of <see cref="IncidentNames"/>.</param>
    /// <returns>What visitors see, and the title of somebody else's notice that had to give way: the page has place for
    /// one.</returns>
    /// <exception cref="KumaException">The server cannot be reached or refuses it, or the page does not show
    /// it.</exception>
    public async Task<PostedNotice> PostAsync(string name, CancellationToken cancellationToken)
    {
        var text = settings.Incidents[name];
        var before = (await visitor.ReadFreshAsync(slug, cancellationToken)).Incident;
        var isOurs = IsOurs(before);
        await using (var kuma = await login.OpenAsync(cancellationToken))
        {
            if (!IsText(before, text))
            {
                var incident = new JsonObject
                {
                    ["title"] = text.Title,
                    ["content"] = text.Content,
                    ["style"] = text.Style,
                };
                if (isOurs)
                {
                    incident["id"] = before!.Id;
                }

                await kuma.PostIncidentAsync(slug, incident, cancellationToken);
            }

            await kuma.RefreshPagesAsync(cancellationToken);
        }

        var shown = await UntilAsync(
            page => IsText(page.Incident, text),
            page => $"shows {Shown(page.Incident)} and not '{text.Title}'",
            cancellationToken
        );
        return new PostedNotice(shown.Incident!, isOurs || before is null ? null : before.Title);
    }

    /// <summary>Takes a text of the file off the page; somebody else's notice stays.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="KumaException">The server cannot be reached or refuses it, or the page still shows
    /// it.</exception>
    public async Task<bool> ResolveAsync(CancellationToken cancellationToken)
    {
        if (!IsOurs((await visitor.ReadFreshAsync(slug, cancellationToken)).Incident))
        {
            return false;
        }

        await using (var kuma = await login.OpenAsync(cancellationToken))
        {
            await kuma.UnpinIncidentAsync(slug, cancellationToken);
            await kuma.RefreshPagesAsync(cancellationToken);
        }

        await UntilAsync(
            page => !IsOurs(page.Incident),
            page => $"still shows {Shown(page.Incident)}",
            cancellationToken
        );
        return true;
    }

    /// <summary>Begins the file's maintenance: from now on no operator is told of a monitor that is down.</summary>
    /// <exception cref="KumaException">The server cannot be reached or refuses it, or the page does not show
    /// it.</exception>
    /// <exception cref="RefusedException">The server does not have the maintenance.</exception>
    public Task StartMaintenanceAsync(CancellationToken cancellationToken) =>
        MaintainAsync(
            (kuma, id) => kuma.StartMaintenanceAsync(id, cancellationToken),
            isUnderWay: true,
            cancellationToken
        );

    /// <summary>Ends it.</summary>
    /// <inheritdoc cref="StartMaintenanceAsync" path="/exception"/>
    public Task EndMaintenanceAsync(CancellationToken cancellationToken) =>
        MaintainAsync(
            (kuma, id) => kuma.EndMaintenanceAsync(id, cancellationToken),
            isUnderWay: false,
            cancellationToken
        );

    /// <summary>The last heartbeat of every monitor that the page shows, by name; null for one without any.</summary>
    /// <exception cref="KumaException">The page cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, MonitorStatus?>> StatusesAsync(CancellationToken cancellationToken) =>
        ByName(await visitor.ReadAsync(slug, cancellationToken), await visitor.StatusesAsync(slug, cancellationToken));

    /// <summary>The same as they are now, up to a minute before visitors see it.</summary>
    /// <exception cref="KumaException">The page cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, MonitorStatus?>> FreshStatusesAsync(
        CancellationToken cancellationToken
    ) =>
        ByName(
            await visitor.ReadFreshAsync(slug, cancellationToken),
            await visitor.FreshStatusesAsync(slug, cancellationToken)
        );

    private static Dictionary<string, MonitorStatus?> ByName(
        PublicPage page,
        IReadOnlyDictionary<int, MonitorStatus> statuses
    ) =>
        page
            .Groups.SelectMany(group => group.Monitors)
            .DistinctBy(monitor => monitor.Id)
            .GroupBy(monitor => monitor.Name)
            .ToDictionary(
                monitors => monitors.Key,
                // Of several with one name the worst is told.
                monitors =>
                    monitors
                        .Select(monitor =>
                            statuses.TryGetValue(monitor.Id, out var status) ? status : (MonitorStatus?)null
                        )
                        .Order(Comparer<MonitorStatus?>.Create((left, right) => Rank(left).CompareTo(Rank(right))))
                        .First()
            );

    private static int Rank(MonitorStatus? status) =>
        status switch
        {
            MonitorStatus.Down => 0,
            MonitorStatus.Pending => 1,
            null => 2,
            MonitorStatus.Maintenance => 3,
            _ => 4,
        };

    private async Task MaintainAsync(
        Func<KumaClient, int, Task> change,
        bool isUnderWay,
        CancellationToken cancellationToken
    )
    {
        var title = settings.Maintenance.Title;
        await using (var kuma = await login.OpenAsync(cancellationToken))
        {
            var found =
                StatusPageState.Find(kuma.Lists.Maintenances, "maintenance", "title", title)
                ?? throw new RefusedException(
                    $"Uptime Kuma has no maintenance '{title}'. Apply the status page's file first."
                );
            await change(kuma, found["id"]!.GetValue<int>());
        }

        await UntilAsync(
            page => page.Maintenances.Contains(title) == isUnderWay,
            page => $"shows {(page.Maintenances.Count == 0 ? "no maintenance" : string.Join(", ", page.Maintenances))}",
            cancellationToken
        );
    }

    private async Task<PublicPage> UntilAsync(
        Func<PublicPage, bool> isThere,
        Func<PublicPage, string> found,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var page = await visitor.ReadAsync(slug, cancellationToken);
            if (isThere(page))
            {
                return page;
            }

            if (time.GetElapsedTime(began) >= Limit)
            {
                throw new KumaException(
                    $"After {Limit.TotalSeconds} s the status page '{slug}' {found(page)}, to somebody who is not "
                        + "signed in. Open it in a private window; see whether a proxy before it keeps old answers, "
                        + "and run again."
                );
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private bool IsOurs(PublicIncident? incident) =>
        settings.Incidents.Values.Any(text => text.Title == incident?.Title);

    private static bool IsText(PublicIncident? incident, IncidentText text) =>
        incident is not null
        && incident.Title == text.Title
        && incident.Content == text.Content
        && incident.Style == text.Style;

    private static string Shown(PublicIncident? incident) =>
        incident is null ? "no notice" : $"the notice '{incident.Title}'";
}

/// <param name="Shown">As a visitor got it.</param>
/// <param name="Replaced">The title of somebody else's notice; null where there was none.</param>
public sealed record PostedNotice(PublicIncident Shown, string? Replaced);
