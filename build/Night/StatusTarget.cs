using FreshTrack.Build.Screen;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Night;

/// <summary>One screen: where the newest procedure stands, since when, what is next and who does it.</summary>
internal sealed class StatusTarget(BuildContext context)
{
    public async Task RunAsync()
    {
        var path =
            context.Option("environment")
            ?? throw new RefusedException("Name the environment with --environment FILE.");
        var screen = RunScreen.On(context);
        // What this machine knows is shown also while the server is away.
        await using var environment = await DeployedData.OpenAnywayAsync(context, screen);
        var known = new KnownRuns(context.RunsDirectory, environment, screen, context.TimeProvider);
        if (await known.StatusAsync(context.Cancellation) is not { } found)
        {
            context.Console.WriteLine(
                $"Nothing has begun in '{environment.Name}'. First: ./build.sh FinalCheck --environment {path}"
            );
            return;
        }

        Show(found, path);

        void Show(NightStatus status, string file)
        {
            var table = new Table { Border = TableBorder.None, ShowHeaders = false };
            table.AddColumns("", "");
            Row(
                "run",
                $"{status.Run.RunId}, begun {Format.Time(status.Run.StartedAt)} by commit "
                    + string.Concat(status.Run.Commit.Take(12))
            );
            Row("state", $"{status.State}: {status.Why}");
            Row("since", $"{Format.Time(status.Since)}, {Ago(status.Since)} ago");
            if (status.Timeline.Phases is [.., var phase])
            {
                Row(
                    "phase",
                    $"{phase.Number}, {phase.Name}, planned {Moment(phase.PlannedStart)} to {Moment(phase.PlannedEnd)}"
                );
            }

            if (status.Current is { } current)
            {
                Row("step", $"{current.Title} ({current.Id})");
            }

            if (status.Next is { } next)
            {
                Row(
                    "next",
                    $"{next.Title}, due {Moment(next.Due)}"
                        + (next.Confirmation is { } asked ? $"; confirm: {asked}" : "")
                );
                Row("owner", People(next.Owner));
                Row("approves", next.Confirmation is null ? "nobody has to" : People(Role.Approvers));
            }

            if (status.Left is { } left)
            {
                Row(
                    "forecast",
                    $"{Format.Duration(left.TotalSeconds)} of work left, over at "
                        + $"{Format.Time(context.TimeProvider.GetUtcNow() + left)} at the earliest"
                );
            }

            if (status.Run.Kind == ProcedureKinds.Cutover)
            {
                Row("traffic", status.HasMovedTraffic ? "has moved: only a return leads back" : "has not moved");
            }

            Row("command", status.Command(file));
            context.Console.Write(table);

            void Row(string name, string text) => table.AddRow(Markup.Escape(name), Markup.Escape(text));
        }

        static string Moment(double seconds) => Format.FromZero(TimeSpan.FromSeconds(seconds));

        string People(Role role) =>
            environment.People.Of(role) is { Count: > 0 } people ? string.Join(", ", people) : $"{role}";

        string Ago(DateTimeOffset at) => Format.Duration((context.TimeProvider.GetUtcNow() - at).TotalSeconds);
    }
}
