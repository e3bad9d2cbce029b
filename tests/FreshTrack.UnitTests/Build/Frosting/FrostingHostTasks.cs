using Cake.Frosting;

namespace FreshTrack.UnitTests.Build.Frosting;

public sealed class HostContext(ICakeContext context, ICollection<string> log) : FrostingContext(context)
{
    public void Note(string what) => log.Add(what);
}

public sealed class HostTaskLifetime : FrostingTaskLifetime<HostContext>
{
    public override void Setup(HostContext context, ITaskSetupContext info) => context.Note("before");

    public override void Teardown(HostContext context, ITaskTeardownContext info)
    {
        if (info.ThrownException is { } exception)
        {
            context.Note($"failed: {exception.Message}");
        }
    }
}

[TaskName("Prepare")]
public sealed class PrepareTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) => context.Note("Prepare");
}

[TaskName("Compile")]
[IsDependentOn(typeof(PrepareTask))]
public sealed class CompileTask : AsyncFrostingTask<HostContext>
{
    public override async Task RunAsync(HostContext context)
    {
        await Task.Yield();
        context.Note("Compile");
    }
}

[TaskName("Clean")]
[IsDependeeOf(typeof(PublishTask))]
public sealed class CleanTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) => context.Note("Clean");
}

[TaskName("Publish")]
public sealed class PublishTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) => context.Note("Publish");
}

[TaskName("Broken")]
public sealed class BrokenTask : AsyncFrostingTask<HostContext>
{
    public override async Task RunAsync(HostContext context)
    {
        await Task.Yield();
        context.Note("Broken");
        throw new InvalidOperationException("It broke.");
    }
}

[TaskName("AfterBroken")]
[IsDependentOn(typeof(BrokenTask))]
public sealed class AfterBrokenTask : FrostingTask;

[TaskName("NotNeeded")]
public sealed class NotNeededTask : AsyncFrostingTask<HostContext>
{
    public override bool ShouldRun(HostContext context) => false;

    public override Task RunAsync(HostContext context) => throw new InvalidOperationException("It ran.");
}

[TaskName("NotNeededEither")]
[IsDependentOn(typeof(NotNeededTask))]
public sealed class NotNeededEitherTask : FrostingTask<HostContext>
{
    public override bool ShouldRun(HostContext context) => false;

    public override void Run(HostContext context) => throw new InvalidOperationException("It ran.");
}

[TaskName("AfterNotNeeded")]
[IsDependentOn(typeof(NotNeededEitherTask))]
public sealed class AfterNotNeededTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) => context.Note("AfterNotNeeded");
}

[TaskName("Arguments")]
public sealed class ArgumentsTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) =>
        context.Note(
            $"{context.Arguments.GetArguments("text").Single()}|{context.Arguments.GetArguments("flag").Single()}"
        );
}
