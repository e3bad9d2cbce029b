using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks;

[TaskName("Import")]
[TaskDescription("Maps the users and imports what was exported, or goes on with an import that was cut off")]
[Confirms(
    "by giving its address, the target whose empty tables are filled, and the Stack Auth project that users "
        + "are created in"
)]
[TaskOption("source", "ADDRESS", "the database being left, only read here; FRESHTRACK_SOURCE when not given")]
[TaskOption("target", "ADDRESS", "the PostgreSQL being moved to; FRESHTRACK_TARGET when not given")]
[TaskOption("object-store", "ADDRESS", "http://KEY:SECRET@host:port/bucket; FRESHTRACK_OBJECT_STORE when not given")]
[TaskOption(
    "stack-auth",
    "ADDRESS",
    "https://PROJECT:SERVERKEY@host, when the plan moves users; FRESHTRACK_STACK_AUTH when not given"
)]
[TaskOption("plan", "FILE", "another plan than fixtures/plans/freshtrack.yaml")]
[TaskOption("no-write", "shows what would be imported")]
public sealed class ImportTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var move = await MoveRun.OpenAsync(context);
        await move.ImportAsync();
    }
}
