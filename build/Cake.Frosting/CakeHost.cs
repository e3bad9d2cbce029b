using System.Reflection;
using Cake.Cli;
using Cake.Core.Modules;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Cake.Frosting;

/// <summary>Runs the tasks that it finds in assemblies as a command-line program.</summary>
public sealed class CakeHost
{
    private readonly ServiceCollection services = new();
    private readonly List<Assembly> assemblies = [];

    public CakeHost()
    {
        // The NuGet and .NET tool installers of UseCakeDefaultModules are left out: no task installs a tool.
        services.UseModule<CoreModule>().UseModule<Common.Modules.CommonModule>().AddCakeDiagnostics();
        services.AddSingleton(AnsiConsole.Console);
        services.AddSingleton<IFrostingContext, FrostingContext>();
        services.AddSingleton<ICakeReportPrinter, CakeSpectreReportPrinter>();
        services.AddSingleton<IExecutionStrategy, DefaultExecutionStrategy>();
        services.AddSingleton<IVersionResolver, CakeVersion>();
        services.AddSingleton<ICakeVersionFeature, VersionFeature>();
        services.AddSingleton<ICakeInfoFeature, InfoFeature>();
    }

    public CakeHost ConfigureServices(Action<IServiceCollection> services)
    {
        services(this.services);
        return this;
    }

    /// <summary>Looks for tasks in this assembly as well as in the entry assembly.</summary>
    public CakeHost AddAssembly(Assembly assembly)
    {
        assemblies.Add(assembly);
        return this;
    }

    /// <returns>0, or 1 when the build failed.</returns>
    public int Run(IEnumerable<string> args)
    {
        AddAssembly(Assembly.GetEntryAssembly()!);
        var tasks = assemblies
            .Distinct()
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFrostingTask)));
        foreach (var task in tasks)
        {
            services.AddSingleton(typeof(IFrostingTask), task);
        }

        var app = new CommandApp<FrostingCommand>(new TypeRegistrar());
        app.Configure(configuration =>
        {
            configuration.Settings.Registrar.RegisterInstance<IServiceCollection>(services);
            configuration.SetApplicationName(Assembly.GetEntryAssembly()!.GetName().Name!);
        });
        return app.Run(args);
    }
}
