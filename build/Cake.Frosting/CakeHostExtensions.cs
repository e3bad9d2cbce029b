using Microsoft.Extensions.DependencyInjection;

namespace Cake.Frosting;

public static class CakeHostExtensions
{
    /// <summary>The context that tasks are given; the last registration counts.</summary>
    public static CakeHost UseContext<TContext>(this CakeHost host)
        where TContext : class, IFrostingContext => Register<IFrostingContext, TContext>(host);

    /// <summary>What runs before and after every task; the last registration counts.</summary>
    public static CakeHost UseTaskLifetime<TLifetime>(this CakeHost host)
        where TLifetime : class, IFrostingTaskLifetime => Register<IFrostingTaskLifetime, TLifetime>(host);

    private static CakeHost Register<TService, TImplementation>(CakeHost host)
        where TService : class
        where TImplementation : class, TService
    {
        return host.ConfigureServices(services => services.AddSingleton<TService, TImplementation>());
    }
}
