namespace FreshTrack.Build.CommandLine;

/// <summary>The task reads, and writes only below <c>artifacts/</c>, to files it is given by name, and to containers
/// that it starts itself.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ChangesNothingAttribute : Attribute;
