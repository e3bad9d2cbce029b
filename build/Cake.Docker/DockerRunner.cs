using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Runs one command of the Docker client and waits for its end.</summary>
internal sealed class DockerRunner<TSettings>(ICakeContext context)
    : Tool<TSettings>(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools)
    where TSettings : ToolSettings
{
    /// <param name="options">Options and their values; those without a value are left out.</param>
    /// <exception cref="CakeException">docker is not there or the command failed.</exception>
    public void Run(
        TSettings settings,
        string command,
        IEnumerable<(string Option, string? Value)> options,
        params IEnumerable<string> operands
    )
    {
        var arguments = new ProcessArgumentBuilder().Append(command);
        foreach (var (option, value) in options)
        {
            if (value is not null)
            {
                arguments.AppendSwitchQuoted(option, value);
            }
        }

        foreach (var operand in operands)
        {
            arguments.AppendQuoted(operand);
        }

        Run(settings, arguments);
    }

    protected override string GetToolName() => "Docker";

    protected override IEnumerable<string> GetToolExecutableNames() => ["docker", "docker.exe"];
}
