using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Settings of <c>docker image build</c>.</summary>
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

    /// <summary><c>--tag</c>, each as <c>name:tag</c>.</summary>
    public string[]? Tag { get; set; }

    internal IEnumerable<(string Option, string? Value)> Options() =>
        [
            .. All("--build-arg", BuildArg),
            ("--file", File),
            .. All("--label", Label),
            ("--network", Network),
            .. All("--tag", Tag),
        ];

    private static IEnumerable<(string Option, string? Value)> All(string option, string[]? values) =>
        (values ?? []).Select(value => (option, (string?)value));
}
