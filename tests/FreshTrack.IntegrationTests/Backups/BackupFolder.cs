using DotNet.Testcontainers.Containers;

namespace FreshTrack.IntegrationTests.Backups;

/// <summary>A folder of backups in the service's container. Programs in its <c>bin</c> come before the real
/// ones.</summary>
public sealed class BackupFolder(IContainer container, string path)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Path => path;

    /// <summary>Runs a bash script as the service would.</summary>
    public Task<ExecResult> RunAsync(string script) =>
        container.ExecAsync(
            ["bash", "-c", $"export BACKUPS={path} STATE={path}/.state PATH={path}/bin:$PATH\n{script}"],
            Token
        );

    public async Task<string> SucceedAsync(string script)
    {
        var result = await RunAsync(script);
        Assert.True(result.ExitCode == 0, $"{script} ended with {result.ExitCode}: {result.Stdout}{result.Stderr}");
        return result.Stdout;
    }

    /// <summary>Makes a backup.</summary>
    /// <param name="variables">As <c>NAME=value</c>, separated by spaces.</param>
    /// <returns>Its name.</returns>
    public async Task<string> BackUpAsync(string variables = "")
    {
        await SucceedAsync($"{variables} bash /opt/backups/run.sh");
        return (await ListAsync())[^1];
    }

    /// <summary>Makes a backup that fails.</summary>
    /// <returns>What it complained about.</returns>
    public async Task<string> FailAsync(string variables = "")
    {
        var result = await RunAsync($"{variables} bash /opt/backups/run.sh");
        Assert.Equal(1, result.ExitCode);
        return result.Stderr;
    }

    /// <summary>Names of finished backups, oldest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync() =>
        (await SucceedAsync("ls -A $BACKUPS | grep -E '^[0-9]{8}T[0-9]{6}Z$' || true")).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );

    /// <summary>Puts a program before the real one.</summary>
    public Task PutAsync(string program, string script) =>
        SucceedAsync($"cat > {path}/bin/{program} << 'END'\n#!/bin/bash\n{script}\nEND\nchmod +x {path}/bin/{program}");

    /// <summary>What the service tells Prometheus.</summary>
    public async Task<IReadOnlyDictionary<string, decimal>> MetricsAsync() =>
        (await SucceedAsync(@"printf 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n' | bash /opt/backups/answer.sh"))
            .Split('\n')
            .Where(line => line.StartsWith("freshtrack_backup_"))
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0]["freshtrack_backup_".Length..], parts => decimal.Parse(parts[1]));
}
