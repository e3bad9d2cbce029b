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

        if (provider.GetService<IFrostingLifetime>() is { } lifetime)
        {
            host.Setup(info => lifetime.Setup(context, info));
            host.Teardown(info => lifetime.Teardown(context, info));
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
            .WithCriteria(_ => task.ShouldRun(context))
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

        if (type.GetCustomAttribute<ContinueOnErrorAttribute>() is not null)
        {
            builder.ContinueOnError();
        }
        else if (Overrides(type, nameof(IFrostingTask.OnError)))
        {
            builder.OnError(exception => task.OnError(exception, context));
        }

        if (Overrides(type, nameof(IFrostingTask.Finally)))
        {
            builder.Finally(() => task.Finally(context));
        }
    }

    private static string NameOf(Type task) => task.GetCustomAttribute<TaskNameAttribute>()?.Name ?? task.Name;

    private static bool Overrides(Type task, string method) =>
        task.GetMethods()
            .Any(candidate =>
                candidate.Name == method && candidate.DeclaringType != candidate.GetBaseDefinition().DeclaringType
            );
}
