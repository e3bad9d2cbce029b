using Cake.Core.Annotations;

namespace Cake.Docker;

/// <summary>Docker commands for tasks.</summary>
[CakeAliasCategory("Docker")]
public static class DockerAliases
{
    /// <summary>Builds an image from the Dockerfile and context in <paramref name="path"/>.</summary>
    /// <exception cref="CakeException">docker is not there or the build failed.</exception>
    [CakeMethodAlias]
    public static void DockerBuild(this ICakeContext context, DockerImageBuildSettings settings, string path)
    {
        new DockerImageBuilder(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools).Build(
            settings,
            path
        );
    }
}
