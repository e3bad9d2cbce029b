using Cake.Core.Annotations;

namespace Cake.Docker;

/// <summary>Docker commands for tasks.</summary>
[CakeAliasCategory("Docker")]
public static class DockerAliases
{
    /// <summary>Builds an image from the Dockerfile and context in <paramref name="path"/>.</summary>
    /// <exception cref="CakeException">docker is not there or the build failed.</exception>
    [CakeMethodAlias]
    public static void DockerBuild(this ICakeContext context, DockerImageBuildSettings settings, string path) =>
        new DockerRunner<DockerImageBuildSettings>(context).Run(settings, "image build", settings.Options(), path);

    /// <summary>Pulls an image from its registry.</summary>
    /// <exception cref="CakeException">docker is not there or the registry does not give the image.</exception>
    [CakeMethodAlias]
    public static void DockerPull(this ICakeContext context, string imageReference) =>
        new DockerRunner<DockerImagePullSettings>(context).Run(new(), "pull", [], imageReference);

    /// <summary>Removes tags, and the images that had no other one.</summary>
    /// <exception cref="CakeException">docker is not there, or an image is not there or in use.</exception>
    [CakeMethodAlias]
    public static void DockerRmi(this ICakeContext context, params string[] images) =>
        new DockerRunner<DockerImageRemoveSettings>(context).Run(new(), "rmi", [], images);

    /// <summary>Gives an image one more name.</summary>
    /// <exception cref="CakeException">docker is not there or the image is not.</exception>
    [CakeMethodAlias]
    public static void DockerTag(this ICakeContext context, string imageReference, string registryReference) =>
        new DockerRunner<DockerImageTagSettings>(context).Run(new(), "tag", [], imageReference, registryReference);
}
