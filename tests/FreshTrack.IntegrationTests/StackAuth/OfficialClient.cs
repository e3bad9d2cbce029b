using System.ComponentModel;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.StackAuth;

/// <summary>The official JavaScript client, as <c>fixtures/stack-auth-client</c> names it: installed once below
/// <c>artifacts/</c>, and again when its lock file changes.</summary>
/// <remarks>Without npm and a node that can run it its tests skip on a laptop and fail where CI=true.</remarks>
internal static class OfficialClient
{
    private static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    /// <returns>What the step printed; <c>error</c> holds the code of a refusal.</returns>
    public static async Task<JsonObject> RunAsync(StackAuthProject project, string step, params string[] arguments)
    {
        var ended = await Cli.Wrap("node")
            .WithWorkingDirectory(await Folder.Value)
            .WithArguments(["client.mjs", step, .. arguments])
            .WithEnvironmentVariables(set =>
                set.Set("STACK_URL", project.Http.BaseAddress!.GetLeftPart(UriPartial.Authority))
                    .Set("STACK_PROJECT", StackAuthProject.Id)
                    .Set("STACK_PUBLISHABLE_KEY", StackAuthProject.ClientKey)
                    .Set("STACK_CALLBACK", StackAuthProject.Callback)
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        var line = ended.StandardOutput.Trim().Split('\n')[^1];
        Assert.True(ended.ExitCode == 0, $"{step} ended with {ended.ExitCode}: {line} {ended.StandardError}");
        return JsonNode.Parse(line)!.AsObject();
    }

    // For all tests of the run: no test's own cancellation ends it.
    private static async Task<string> InstallAsync()
    {
        var root = RepositoryRoot.Find();
        var (source, folder) = (
            Path.Combine(root, "fixtures", "stack-auth-client"),
            Path.Combine(root, "artifacts", "stack-auth-client")
        );
        Directory.CreateDirectory(folder);
        var (wanted, installed) = (
            await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"), CancellationToken.None),
            Path.Combine(folder, "installed.json")
        );
        foreach (var name in new[] { "package.json", "package-lock.json", "client.mjs" })
        {
            File.Copy(Path.Combine(source, name), Path.Combine(folder, name), overwrite: true);
        }

        await DemandNodeAsync();
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed, CancellationToken.None) != wanted)
        {
            File.Delete(installed);
            // No script of a package runs.
            var ended = await Npm(["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"])
                .WithWorkingDirectory(folder)
                .ExecuteBufferedAsync(CancellationToken.None);
            Assert.True(ended.ExitCode == 0, $"npm ci ended with {ended.ExitCode}: {ended.StandardError}");
            await File.WriteAllTextAsync(installed, wanted, CancellationToken.None);
        }

        return folder;
    }

    private static async Task DemandNodeAsync()
    {
        try
        {
            var node = await Cli.Wrap("node")
                .WithArguments(["--print", "process.version + ' ' + process.features.require_module"])
                .ExecuteBufferedAsync(CancellationToken.None);
            await Npm(["--version"]).ExecuteBufferedAsync(CancellationToken.None);
            if (!node.StandardOutput.Trim().EndsWith(" true", StringComparison.Ordinal))
            {
                SkipOrFail($"node {node.StandardOutput.Split(' ')[0]} is too old for the official client");
            }
        }
        catch (Win32Exception)
        {
            SkipOrFail("Node or npm was not found, which the official client needs");
        }
    }

    private static void SkipOrFail(string reason)
    {
        var message = $"{reason}. Install node 20.19 or newer and npm, and run again; with CI=true this is a failure.";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Skip(message);
    }

    private static Command Npm(string[] arguments) =>
        (
            OperatingSystem.IsWindows()
                ? Cli.Wrap("cmd").WithArguments(["/c", "npm", .. arguments])
                : Cli.Wrap("npm").WithArguments(arguments)
        ).WithValidation(CommandResultValidation.None);
}
