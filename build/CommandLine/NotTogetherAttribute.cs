namespace FreshTrack.Build.CommandLine;

/// <summary>Two options of a task of which one would silently win: given together they are refused.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class NotTogetherAttribute(string one, string other) : Attribute
{
    public string One { get; } = one;

    public string Other { get; } = other;
}
