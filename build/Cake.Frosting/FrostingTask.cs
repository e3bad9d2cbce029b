namespace Cake.Frosting;

/// <summary>A unit of work.</summary>
public interface IFrostingTask
{
    Task RunAsync(ICakeContext context);

    bool ShouldRun(ICakeContext context);
}

public abstract class FrostingTask : FrostingTask<ICakeContext>;

public abstract class FrostingTask<T> : IFrostingTask
    where T : ICakeContext
{
    public virtual void Run(T context) { }

    /// <summary>Asked when the task's turn has come; a task that should not run is skipped.</summary>
    public virtual bool ShouldRun(T context) => true;

    Task IFrostingTask.RunAsync(ICakeContext context)
    {
        Run((T)context);
        return Task.CompletedTask;
    }

    bool IFrostingTask.ShouldRun(ICakeContext context) => ShouldRun((T)context);
}
