using FreshTrack.Cutover.Evidence;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Migration;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Migration;

/// <summary>Moves as a user does: empties the target, then <c>Migrate</c> in a process of its own.</summary>
internal sealed class MoveProcess(BuildContext context, BenchmarkServers servers, string database, string plan)
{
    private readonly TargetProcess process = new(context, servers, database);

    public async Task<MoveSummary> RunAsync(CancellationToken cancellationToken)
    {
        await using (var connection = new NpgsqlConnection(process.Database(servers.Target)))
        {
            await connection.OpenAsync(cancellationToken);
            await EmptyAsync(connection, cancellationToken);
        }

        var run = await process.RunAsync(["Migrate", "--plan", plan, "--freeze"], progress: null, cancellationToken);
        return run.ExitCode == 0
            ? EvidenceJson.Deserialize<MoveSummary>(
                await File.ReadAllTextAsync(Path.Combine(run.Evidence, "move.json"), cancellationToken)
            )
            : throw new InvalidOperationException($"Migrate ended with {run.ExitCode}: {run.Errors}");
    }

    private static async Task EmptyAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            drop schema if exists migration cascade;
            do $$ declare t regclass; begin
                for t in
                    select c.oid::regclass
                    from pg_class c
                    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
                loop
                    execute format('truncate %s cascade', t);
                end loop;
            end $$;
            """,
            target
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var checkpoint = new NpgsqlCommand("checkpoint", target);
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
    }
}
