using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Settings of <c>docker pull</c>.</summary>
public sealed class DockerImagePullSettings : ToolSettings;

/// <summary>Settings of <c>docker rmi</c>.</summary>
public sealed class DockerImageRemoveSettings : ToolSettings;

/// <summary>Settings of <c>docker tag</c>.</summary>
public sealed class DockerImageTagSettings : ToolSettings;
