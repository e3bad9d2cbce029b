using System.Reflection;
using Cake.Frosting;

namespace FreshTrack.Build.CommandLine;

/// <summary>A target as the command line knows it.</summary>
/// <param name="Options">The task's own and those of the tasks that run before it.</param>
/// <param name="Confirms">What a person confirms before it changes anything that others depend on; null when it changes
/// nothing.</param>
public sealed record Target(
    string Name,
    string Description,
    IReadOnlyList<TaskOptionAttribute> Options,
    string? Confirms = null
)
{
    public IReadOnlyList<NotTogetherAttribute> Contradictions { get; init; } = [];
}

/// <summary>Every target of the build, read from the task classes' attributes.</summary>
public sealed record TaskCatalog(IReadOnlyList<Target> Targets)
{
    public static TaskCatalog Of(Assembly assembly)
    {
        return Of(assembly.GetExportedTypes());
    }

    public static TaskCatalog Of(IEnumerable<Type> types) =>
        new([
            .. types
                .Where(type =>
                    type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFrostingTask))
                )
                .Select(type => new Target(
                    type.GetCustomAttribute<TaskNameAttribute>()?.Name ?? type.Name,
                    type.GetCustomAttribute<TaskDescriptionAttribute>()?.Description ?? "",
                    [.. OptionsOf(type, []).DistinctBy(option => option.Name)],
                    type.GetCustomAttribute<ConfirmsAttribute>()?.What
                )
                {
                    Contradictions = [.. type.GetCustomAttributes<NotTogetherAttribute>()],
                })
                .OrderBy(target => target.Name),
        ]);

    /// <summary>Cake does not mind upper and lower case in a target's name either.</summary>
    public Target? Find(string name) =>
        Targets.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.OrdinalIgnoreCase));

    public TaskOptionAttribute? FindOption(string name) =>
        Targets.SelectMany(target => target.Options).FirstOrDefault(option => option.Name == name);

    private static IEnumerable<TaskOptionAttribute> OptionsOf(Type task, HashSet<Type> seen) =>
        !seen.Add(task)
            ? []
            : task.GetCustomAttributes<TaskOptionAttribute>()
                .Concat(
                    task.GetCustomAttributes<IsDependentOnAttribute>()
                        .SelectMany(dependency => OptionsOf(dependency.Task, seen))
                );
}
