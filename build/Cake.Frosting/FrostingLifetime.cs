namespace Cake.Frosting;

/// <summary>What runs before the first and after the last task.</summary>
public interface IFrostingLifetime
{
    void Setup(ICakeContext context, ISetupContext info);

    void Teardown(ICakeContext context, ITeardownContext info);
}

public abstract class FrostingLifetime : FrostingLifetime<ICakeContext>;

public abstract class FrostingLifetime<TContext> : IFrostingLifetime
    where TContext : ICakeContext
{
    /// <summary>When it throws, no task runs but <see cref="Teardown"/> does.</summary>
    public abstract void Setup(TContext context, ISetupContext info);

    /// <summary>Runs also when a task failed; <paramref name="info"/> holds what was thrown.</summary>
    public abstract void Teardown(TContext context, ITeardownContext info);

    void IFrostingLifetime.Setup(ICakeContext context, ISetupContext info) => Setup((TContext)context, info);

    void IFrostingLifetime.Teardown(ICakeContext context, ITeardownContext info) => Teardown((TContext)context, info);
}
