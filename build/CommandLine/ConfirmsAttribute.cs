namespace FreshTrack.Build.CommandLine;

/// <summary>The task changes a database, a service or users' traffic that others may depend on, and only after a
/// person's word.</summary>
/// <param name="what">What the person confirms, and how: «--freeze closes the source for writing».</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ConfirmsAttribute(string what) : Attribute
{
    public string What { get; } = what;
}
