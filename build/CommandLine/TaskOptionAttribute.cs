using System.Diagnostics.CodeAnalysis;
using FreshTrack.Plan;

namespace FreshTrack.Build.CommandLine;

/// <summary>Declares an option of a task; options that no task of the target declares are refused. What several tasks
/// take is declared once, in <c>SharedOptions.cs</c>.</summary>
/// <param name="name">Without dashes, in kebab case.</param>
/// <param name="values">Lower-case alternatives and upper-case placeholders, as <c>smoke|production|ROWS</c>; null for
/// an option without a value, <c>[PORT]</c> where it may be left out and reads as <see cref="Omitted"/>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
[SuppressMessage("Performance", "CA1813:Avoid unsealed attributes", Justification = "Shared options derive from it.")]
public class TaskOptionAttribute(string name, string? values, string description) : Attribute
{
    /// <summary>What a task gets for an option that was given without a value.</summary>
    public const string Omitted = "true";

    public TaskOptionAttribute(string name, string description)
        : this(name, null, description) { }

    public string Name { get; } = name;

    /// <summary>What Cake gets it as: <c>--target</c> is Cake's own.</summary>
    public string ArgumentName => Name == "target" ? "target-database" : Name;

    public string? Values { get; } = values;

    public bool MayOmitValue => Values is null || Values.StartsWith('[');

    public string Description { get; } = description;

    /// <summary>Judges a value before any task runs. Alternatives alone leave nothing to the task; a placeholder leaves
    /// the judging to it, or to an option that overrides this.</summary>
    /// <exception cref="RefusedException">The value is none of the alternatives.</exception>
    public virtual void Check(string value)
    {
        if (Values is not null && !Allows(value))
        {
            throw new RefusedException($"Invalid --{Name} '{value}'. Use {string.Join(" or ", Values.Split('|'))}.");
        }
    }

    private bool Allows(string value)
    {
        var alternatives = (Values ?? "").Split('|');
        return alternatives.Contains(value) || alternatives.Any(alternative => alternative.Any(char.IsUpper));
    }
}
