using Cake.Cli;

namespace Cake.Frosting;

/// <summary>The version of Cake that runs: Cake's own resolver looks for it in the entry assembly.</summary>
internal sealed class CakeVersion : IVersionResolver
{
    public string GetVersion() => typeof(ICakeContext).Assembly.GetName().Version!.ToString(3);

    public string GetProductVersion() => GetVersion();
}
