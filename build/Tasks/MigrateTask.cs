using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks;

[TaskName("Migrate")]
[TaskDescription(
    "Moves a frozen source into the target: preflight, export, user map, import; called again, it goes on "
        + "where it was cut off"
)]
[Confirms(
    "by giving their addresses, the target and the Stack Auth project that are filled; with --freeze, that "
        + "the source is closed for writing; with --restart, that the newest run's rows are cleared"
)]
[TaskOption("source", "ADDRESS", "the database being left; FRESHTRACK_SOURCE when not given")]
[TaskOption("target", "ADDRESS", "the PostgreSQL being moved to; FRESHTRACK_TARGET when not given")]
[TaskOption("object-store", "ADDRESS", "http://KEY:SECRET@host:port/bucket; FRESHTRACK_OBJECT_STORE when not given")]
[TaskOption(
    "stack-auth",
    "ADDRESS",
    "https://PROJECT:SERVERKEY@host, when the plan moves users; FRESHTRACK_STACK_AUTH when not given"
)]
[TaskOption("plan", "FILE", "another plan than fixtures/plans/freshtrack.yaml")]
[TaskOption("freeze", "closes the source's tables for writing first, and proves it")]
[TaskOption("restart", "clears what the newest run wrote, and begins again")]
[TaskOption("unfreeze", "opens the source for writing again, and moves nothing")]
[TaskOption("no-write", "shows what would be moved")]
public sealed class MigrateTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var move = await MoveRun.OpenAsync(context);
        await (context.Flag("unfreeze") ? move.UnfreezeAsync() : move.MigrateAsync());
    }
}
