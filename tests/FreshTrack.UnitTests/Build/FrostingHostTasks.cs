using Cake.Frosting;

namespace FreshTrack.UnitTests.Build;

public sealed class HostContext(ICakeContext context, ICollection<string> log) : FrostingContext(context)
{
    public void Note(string what) => log.Add(what);
}

public sealed class HostLifetime : FrostingLifetime<HostContext>
{
    public override void Setup(HostContext context, ISetupContext info) => context.Note("setup");

    public override void Teardown(HostContext context, ITeardownContext info) => context.Note("teardown");
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

    public override void Finally(HostContext context) => context.Note("finally");
}

[TaskName("AfterBroken")]
[IsDependentOn(typeof(BrokenTask))]
public sealed class AfterBrokenTask : FrostingTask;

[TaskName("Shaky")]
[ContinueOnError]
public sealed class ShakyTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context)
    {
        context.Note("Shaky");
        throw new InvalidOperationException("It shook.");
    }
}

[TaskName("AfterShaky")]
[IsDependentOn(typeof(ShakyTask))]
public sealed class AfterShakyTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) => context.Note("AfterShaky");
}

[TaskName("Handled")]
public sealed class HandledTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context)
    {
        context.Note("Handled");
        throw new InvalidOperationException("It broke.");
    }

    public override void OnError(Exception exception, HostContext context) =>
        context.Note($"handled: {exception.Message}");
}

[TaskName("Needless")]
public sealed class NeedlessTask : FrostingTask<HostContext>
{
    public override bool ShouldRun(HostContext context) => false;

    public override void Run(HostContext context) => context.Note("Needless");
}

[TaskName("AfterNeedless")]
[IsDependentOn(typeof(NeedlessTask))]
public sealed class AfterNeedlessTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) => context.Note("AfterNeedless");
}

[TaskName("Arguments")]
public sealed class ArgumentsTask : FrostingTask<HostContext>
{
    public override void Run(HostContext context) =>
        context.Note(
            $"{context.Arguments.GetArguments("text").Single()}|{context.Arguments.GetArguments("flag").Single()}"
        );
}
