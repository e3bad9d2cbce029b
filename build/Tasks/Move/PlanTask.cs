using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;
using FreshTrack.Plan;
using FreshTrack.Plan.Drafting;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Plan")]
[TaskDescription("Drafts a plan file from two catalogs; every open question is marked in it")]
[ChangesNothing]
[EnvironmentOption]
[SourceOption]
[TargetOption]
[TaskOption("output", "FILE", "a new file; standard output when not given")]
public sealed class PlanTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var path = context.Option("output");
        if (File.Exists(path))
        {
            throw new RefusedException(
                $"'{path}' already exists and may contain decisions. Choose another --output and compare."
            );
        }

        await using var servers = await EnvironmentOptions.OpenAsync(context);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path ?? "plan.yaml"))!;
        var schema = Path.GetRelativePath(
                folder,
                Path.Combine(context.RepositoryRoot, "docs", "schemas", "plan.schema.json")
            )
            .Replace('\\', '/');
        var draft = PlanDraft.Write(
            await Catalog.ReadAsync(servers.Source, context.Cancellation),
            await Catalog.ReadAsync(servers.Target, context.Cancellation),
            schema
        );
        if (path is null)
        {
            await Console.Out.WriteAsync(draft);
            return;
        }

        Directory.CreateDirectory(folder);
        await using var file = new StreamWriter(new FileStream(path, FileMode.CreateNew));
        await file.WriteAsync(draft.AsMemory(), context.Cancellation);
        context.LastLine = $"{path}: {draft.Split("# TODO: ").Length - 1} questions to decide, each marked TODO.";
    }
}
