using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks;

[TaskName("Export")]
[TaskDescription("Exports a frozen source to the object store, or goes on with an export that was cut off")]
[Confirms(
    "with --freeze, that the source is closed for writing; with --restart, that the newest run's parts are cleared"
)]
[TaskOption("source", "ADDRESS", "the database being left; FRESHTRACK_SOURCE when not given")]
[TaskOption("target", "ADDRESS", "the PostgreSQL being moved to, only read here; FRESHTRACK_TARGET when not given")]
[TaskOption("object-store", "ADDRESS", "http://KEY:SECRET@host:port/bucket; FRESHTRACK_OBJECT_STORE when not given")]
[TaskOption("plan", "FILE", "another plan than fixtures/plans/freshtrack.yaml")]
[TaskOption("freeze", "closes the source's tables for writing first, and proves it")]
[TaskOption("restart", "clears what the newest run wrote, and begins again")]
[TaskOption("no-write", "shows what would be exported")]
public sealed class ExportTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var move = await MoveRun.OpenAsync(context);
        await move.ExportAsync();
    }
}
