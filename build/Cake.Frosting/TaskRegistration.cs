using System.Reflection;
using Cake.Core.Scripting;
using Microsoft.Extensions.DependencyInjection;

namespace Cake.Frosting;

/// <summary>Turns task classes and their attributes into tasks of Cake's engine.</summary>
internal sealed class TaskRegistration(ScriptHost host, IFrostingContext context)
{
    public void Register(IServiceProvider provider)
    {
        foreach (var task in provider.GetServices<IFrostingTask>())
        {
            Register(task);
        }

        if (provider.GetService<IFrostingTaskLifetime>() is { } taskLifetime)
        {
            host.TaskSetup(info => taskLifetime.Setup(context, info));
            host.TaskTeardown(info => taskLifetime.Teardown(context, info));
        }
    }

    private void Register(IFrostingTask task)
    {
        var type = task.GetType();
        var builder = host.Task(NameOf(type))
            .WithCriteria(() => task.ShouldRun(context))
            .Does(() => task.RunAsync(context));
        foreach (var dependency in type.GetCustomAttributes<IsDependentOnAttribute>())
        {
            builder.IsDependentOn(NameOf(dependency.Task));
        }

        foreach (var dependee in type.GetCustomAttributes<IsDependeeOfAttribute>())
        {
            builder.IsDependeeOf(NameOf(dependee.Task));
        }

        if (type.GetCustomAttribute<TaskDescriptionAttribute>() is { } description)
        {
            builder.Description(description.Description);
        }
    }

    private static string NameOf(Type task) => task.GetCustomAttribute<TaskNameAttribute>()?.Name ?? task.Name;
}
