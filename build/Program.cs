using Cake.Core.Diagnostics;
using Cake.Frosting;
using FreshTrack.Build;
using FreshTrack.Build.CommandLine;
using Microsoft.Extensions.DependencyInjection;

using var run = new BuildRun(TaskCatalog.Of(typeof(BuildContext).Assembly), TimeProvider.System);
return run.Execute(
    args,
    arguments =>
        new CakeHost()
            .ConfigureServices(services => services.AddSingleton(run).AddSingleton<ICakeLog, BuildLog>())
            .UseContext<BuildContext>()
            .UseTaskLifetime<FailureLifetime>()
            .Run(arguments)
);
