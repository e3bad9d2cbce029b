using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Writes the command line of <c>docker build</c>.</summary>
internal sealed class DockerImageBuilder(
    IFileSystem files,
    ICakeEnvironment environment,
    IProcessRunner processes,
    IToolLocator tools
) : Tool<DockerImageBuildSettings>(files, environment, processes, tools)
{
    public void Build(DockerImageBuildSettings settings, string path)
    {
        var arguments = new ProcessArgumentBuilder().Append("build");
        AppendAll("--build-arg", settings.BuildArg);
        AppendAll("--label", settings.Label);
        AppendAll("--tag", settings.Tag);
        AppendAll("--file", [settings.File]);
        AppendAll("--network", [settings.Network]);
        AppendAll("--target", [settings.Target]);
        if (settings.NoCache is true)
        {
            arguments.Append("--no-cache");
        }

        Run(settings, arguments.AppendQuoted(path));

        void AppendAll(string option, IReadOnlyList<string?>? values)
        {
            foreach (var value in (values ?? []).OfType<string>())
            {
                arguments.AppendSwitchQuoted(option, value);
            }
        }
    }

    protected override string GetToolName() => "Docker";

    protected override IEnumerable<string> GetToolExecutableNames() => ["docker", "docker.exe"];
}
