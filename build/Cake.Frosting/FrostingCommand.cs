using Cake.Cli;
using Cake.Cli.Infrastructure;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Scripting;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Cake.Frosting;

/// <summary>Builds the services, picks the host for the switches given,
/// hands it the tasks and runs the target.</summary>
internal sealed class FrostingCommand(IServiceCollection services) : Command<FrostingSettings>
{
    public override int Execute(CommandContext context, FrostingSettings settings, CancellationToken cancellationToken)
    {
        services.AddSingleton<ICakeArguments>(context.Remaining.ToCakeArguments([settings.Target]));
        services.AddSingleton(Configuration);
        using var provider = services.BuildServiceProvider();
        var log = provider.GetRequiredService<ICakeLog>();
        log.Verbosity = settings.Verbosity;
        try
        {
            Run(provider, settings);
            return 0;
        }
        // The outermost catch of the program: whatever a task threw becomes a line and an exit code.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return log.LogException(exception);
        }
    }

    private static void Run(ServiceProvider provider, FrostingSettings settings)
    {
        if (settings.Version)
        {
            provider.GetRequiredService<ICakeVersionFeature>().Run(provider.GetRequiredService<IConsole>());
            return;
        }

        if (settings.Info)
        {
            provider.GetRequiredService<ICakeInfoFeature>().Run(provider.GetRequiredService<IConsole>());
            return;
        }

        SetWorkingDirectory(provider, settings);
        var host = CreateHost(provider, settings);
        new TaskRegistration(host, provider.GetRequiredService<IFrostingContext>()).Register(provider);
        if (settings.Exclusive)
        {
            host.Settings.UseExclusiveTarget();
        }

        host.RunTargetAsync(settings.Target).GetAwaiter().GetResult();
    }

    private static ScriptHost CreateHost(ServiceProvider provider, FrostingSettings settings)
    {
        var context = provider.GetRequiredService<IFrostingContext>();
        var engine = provider.GetRequiredService<ICakeEngine>();
        var log = provider.GetRequiredService<ICakeLog>();
        return settings switch
        {
            { Description: true } => new DescriptionScriptHost(
                engine,
                context,
                provider.GetRequiredService<IAnsiConsole>()
            ),
            { Tree: true } => new TreeScriptHost(engine, context, provider.GetRequiredService<IConsole>()),
            { DryRun: true } => new DryRunScriptHost<IFrostingContext>(engine, context, log),
            _ => new BuildScriptHost<IFrostingContext>(
                engine,
                provider.GetRequiredService<IExecutionStrategy>(),
                context,
                provider.GetRequiredService<ICakeReportPrinter>(),
                provider.GetRequiredService<ICakeConfiguration>(),
                log
            ),
        };
    }

    private static ICakeConfiguration Configuration(IServiceProvider provider)
    {
        var arguments = provider
            .GetRequiredService<ICakeArguments>()
            .GetArguments()
            .ToDictionary(
                argument => argument.Key,
                argument => argument.Value.FirstOrDefault() ?? "",
                StringComparer.OrdinalIgnoreCase
            );
        return ActivatorUtilities
            .CreateInstance<CakeConfigurationProvider>(provider)
            .CreateConfiguration(provider.GetRequiredService<ICakeEnvironment>().WorkingDirectory, arguments);
    }

    private static void SetWorkingDirectory(ServiceProvider provider, FrostingSettings settings)
    {
        var environment = provider.GetRequiredService<ICakeEnvironment>();
        if (settings.WorkingDirectory is { } given)
        {
            environment.WorkingDirectory = new DirectoryPath(given).MakeAbsolute(environment);
        }
    }
}
