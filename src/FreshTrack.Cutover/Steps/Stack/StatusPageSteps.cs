using FreshTrack.Clients.Kuma;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.StatusPages;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>What visitors of the status page read during the night. A notice counts once somebody who is not signed in
/// reads it there.</summary>
public static class StatusPageSteps
{
    /// <summary>A new monitor asks at once, and once a minute afterwards.</summary>
    private static readonly TimeSpan GreenWithin = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Makes monitors and page as their file has them, waits until every monitor is green, and tells visitors
    /// that the new system starts.</summary>
    public static Task<StepResult> SetUpAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        OnPageAsync(
            run,
            async page =>
            {
                progress.Report(new StepProgress($"setting up {page.Address}"));
                var changes = await page.Server.ApplyAsync(page.Settings, cancellationToken);
                var changed = changes.Count(change => change.Kind != ChangeKind.Keep);
                return
                    await TellWhenGreenAsync(run, page, IncidentNames.Deploy, progress, cancellationToken) is var told
                    && told.Verdict == Verdict.Pass
                    ? told with
                    {
                        Summary = $"{changed} of {changes.Count} parts were set up; {told.Summary}",
                    }
                    : told;
            },
            cancellationToken
        );

    /// <summary>Tells visitors that addresses are switched.</summary>
    public static Task<StepResult> TrafficAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => TellAsync(run, IncidentNames.Traffic, cancellationToken);

    /// <summary>Tells visitors that the last tests run.</summary>
    public static Task<StepResult> ValidateAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => TellAsync(run, IncidentNames.Validate, cancellationToken);

    /// <summary>Waits until every monitor is green, and tells visitors that the new system is open;
    /// <c>status-page.json</c> holds what they see.</summary>
    public static Task<StepResult> OpenAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        OnPageAsync(
            run,
            page => TellWhenGreenAsync(run, page, IncidentNames.Complete, progress, cancellationToken),
            cancellationToken
        );

    /// <summary>Tells visitors that the former system serves again. The way back waits for no status page: what is in
    /// the way is said.</summary>
    public static async Task<StepResult> RolledBackAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await TellAsync(run, IncidentNames.RolledBack, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new StepResult(Verdict.Warn, $"visitors were not told: {e.Message}");
        }
    }

    private static Task<StepResult> TellAsync(RunContext run, string incident, CancellationToken cancellationToken) =>
        OnPageAsync(
            run,
            async page => StepResult.Pass(Said(await page.Notices.PostAsync(incident, cancellationToken))),
            cancellationToken
        );

    private static async Task<StepResult> TellWhenGreenAsync(
        RunContext run,
        Page page,
        string incident,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var began = run.Clock.GetTimestamp();
        while (true)
        {
            var monitors = await page.Notices.FreshStatusesAsync(cancellationToken);
            var others = monitors.Where(monitor => monitor.Value != MonitorStatus.Up).ToList();
            progress.Report(
                new StepProgress($"{monitors.Count - others.Count} of {monitors.Count} monitors are green")
            );
            if (others.Count == 0 && monitors.Count > 0)
            {
                var posted = await page.Notices.PostAsync(incident, cancellationToken);
                var seen = new ShownPage(page.Address, posted.Shown, monitors);
                await run.Evidence.WriteJsonAsync("status-page", seen, cancellationToken);
                return StepResult.Pass($"all {monitors.Count} monitors are green; {Said(posted)}");
            }

            if (run.Clock.GetElapsedTime(began) > GreenWithin)
            {
                return new StepResult(
                    Verdict.Fail,
                    monitors.Count == 0
                        ? $"{page.Address} shows no monitor; look at the page's groups in {page.File}"
                        : $"{others.Count} of {monitors.Count} monitors of {page.Address} are not green: "
                            + string.Join(", ", others.Select(other => $"{other.Key} is {Word(other.Value)}"))
                );
            }

            await Task.Delay(Pause, run.Clock, cancellationToken);
        }
    }

    private static async Task<StepResult> OnPageAsync(
        RunContext run,
        Func<Page, Task<StepResult>> action,
        CancellationToken cancellationToken
    )
    {
        if (run is not { Stack: { } stack, Environment: { Visitors: { } visitors, Monitoring: { } monitoring } })
        {
            return StepResult.Absent(Runbook.Monitoring);
        }

        await StackSteps.TrustAsync(stack, visitors, cancellationToken);
        var names = visitors.Names;
        var settings = StatusPageFile.Read(
            monitoring.StatusPageFile,
            new Dictionary<string, Uri>
            {
                ["app"] = names.App,
                ["api"] = names.Api,
                ["status"] = names.Status,
            },
            monitoring.Secrets
        );
        var login = new KumaLogin(monitoring.StatusPage);
        using var http = visitors.Client(names.Status);
        var visitor = new PublicPageClient(http);
        return await action(
            new Page(
                new Uri(names.Status, $"status/{settings.Page.Slug}"),
                monitoring.StatusPageFile,
                settings,
                new StatusPageServer(login, visitor),
                new VisitorNotices(login, visitor, settings, run.Clock)
            )
        );
    }

    private static string Said(PostedNotice posted) =>
        $"visitors read «{posted.Shown.Title}»"
        + (posted.Replaced is { } other ? $", in place of «{other}», which somebody else had posted" : "");

    private static string Word(MonitorStatus? status) => status?.ToString().ToLowerInvariant() ?? "not asked yet";

    /// <param name="File">What it is set up from.</param>
    private sealed record Page(
        Uri Address,
        string File,
        StatusPageSettings Settings,
        StatusPageServer Server,
        VisitorNotices Notices
    );
}

/// <summary>The status page as a visitor saw it.</summary>
/// <param name="Monitors">Name → status.</param>
public sealed record ShownPage(
    Uri Address,
    PublicIncident Notice,
    IReadOnlyDictionary<string, MonitorStatus?> Monitors
);
