using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Tooling;

namespace FreshTrack.UnitTests.Build.Images;

/// <summary>A context of Cake's whose <c>docker</c> is a shell script.</summary>
internal sealed class DockerContext : ICakeContext, ICakeConfiguration, IDisposable
{
    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("docker-");

    public DockerContext(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs a Unix shell.");
        Environment = new CakeEnvironment(new CakePlatform(), new CakeRuntime());
        Globber = new Globber(FileSystem, Environment);
        Tools = new ToolLocator(
            Environment,
            new ToolRepository(Environment),
            new ToolResolutionStrategy(FileSystem, Environment, Globber, this, Log)
        );
        ProcessRunner = new ProcessRunner(FileSystem, Environment, Log, Tools, this);
        System.IO.File.WriteAllText(In("docker"), $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(In("docker"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Tools.RegisterFile(In("docker"));
    }

    public IFileSystem FileSystem { get; } = new FileSystem();

    public ICakeEnvironment Environment { get; }

    public IGlobber Globber { get; }

    public ICakeLog Log { get; } = new NullLog();

    public IProcessRunner ProcessRunner { get; }

    public IToolLocator Tools { get; }

    public ICakeConfiguration Configuration => this;

    public ICakeArguments Arguments => throw new NotSupportedException();

    public IRegistry Registry => throw new NotSupportedException();

    public ICakeDataResolver Data => throw new NotSupportedException();

    public IToolInstaller ToolInstaller => throw new NotSupportedException();

    public IServiceProvider ServiceProvider => throw new NotSupportedException();

    public string? GetValue(string key) => null;

    /// <summary>A file beside the script, which it finds as <c>$(dirname "$0")/NAME</c>.</summary>
    public string In(string name) => System.IO.Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
