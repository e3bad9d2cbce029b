using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Settings of <c>docker build</c>.</summary>
public sealed class DockerImageBuildSettings : ToolSettings
{
    /// <summary><c>--build-arg</c>, each as <c>name=value</c>.</summary>
    public string[]? BuildArg { get; set; }

    /// <summary><c>--file</c>; the engine takes PATH/Dockerfile by default.</summary>
    public string? File { get; set; }

    /// <summary><c>--label</c>, each as <c>name=value</c>.</summary>
    public string[]? Label { get; set; }

    /// <summary><c>--network</c> of the build's own commands.</summary>
    public string? Network { get; set; }

    public bool? NoCache { get; set; }

    /// <summary><c>--tag</c>, each as <c>name:tag</c>.</summary>
    public string[]? Tag { get; set; }

    /// <summary><c>--target</c>: the stage to build.</summary>
    public string? Target { get; set; }
}
