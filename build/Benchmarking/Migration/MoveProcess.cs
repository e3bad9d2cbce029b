using System.Diagnostics;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Migration;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Migration;

/// <summary>Moves as a user does: <c>Migrate</c> in a process of its own, cold, whose memory is its own too.</summary>
internal sealed class MoveProcess(BuildContext context, BenchmarkServers servers, string database, string plan)
{
    public async Task<MoveSummary> RunAsync(CancellationToken cancellationToken)
    {
        var target = Database(servers.Target);
        await using (var connection = new NpgsqlConnection(target))
        {
            await connection.OpenAsync(cancellationToken);
            await EmptyAsync(connection, cancellationToken);
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!, ["Migrate", "--plan", plan, "--freeze"])
        {
            WorkingDirectory = context.RepositoryRoot,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FRESHTRACK_SOURCE"] = Database(servers.Source);
        start.Environment["FRESHTRACK_TARGET"] = target;
        start.Environment["FRESHTRACK_OBJECT_STORE"] = servers.NewBucket();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        await output;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Migrate ended with {process.ExitCode}: {(await errors).Trim()}");
        }

        var text = await File.ReadAllTextAsync(Path.Combine(context.ArtifactsDirectory, "runs", "latest", "move.json"), cancellationToken);
        return EvidenceJson.Deserialize<MoveSummary>(text);
    }

    private static async Task EmptyAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            drop schema if exists migration cascade;
            do $$ declare t regclass; begin
                for t in select c.oid::regclass from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace loop
                    execute format('truncate %s cascade', t);
                end loop;
            end $$;
            """,
            target);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var checkpoint = new NpgsqlCommand("checkpoint", target);
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
    }

    private string Database(string server) => new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;
}
