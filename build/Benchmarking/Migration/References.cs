using FreshTrack.Fixtures.Containers;

namespace FreshTrack.Build.Benchmarking.Migration;

/// <summary>What the move is held against. Every script prints the
/// seconds that the work took, without what prepares it.</summary>
internal sealed class References(BenchmarkServers servers, string sourceDatabase, string targetDatabase)
{
    private const string Stop = """awk "BEGIN { print ${EPOCHREALTIME/,/.} - $start }" """;

    private string Source => BenchmarkServers.Url(servers.Source, sourceDatabase);

    private string Target => BenchmarkServers.Url(servers.Target, targetDatabase);

    private string Server => BenchmarkServers.Url(servers.Target, "postgres");

    /// <summary>COPY binary into COPY binary, one stream, keys and indexes after.</summary>
    public Task<double> RawPipeAsync(CancellationToken cancellationToken) =>
        RunAsync(
            $"""
            psql -q {Target} -c "truncate units, readings" -c "{ReadingsShape.NoKeys}" -c checkpoint 2> /dev/null
            start=$EPOCHREALTIME
            for table in units readings; do
              psql -q {Source} -c "copy $table to stdout (format binary)" |
                psql -q {Target} -c "copy $table from stdin (format binary)"
            done
            psql -q {Target} -c "{ReadingsShape.Keys}"
            {Stop}
            """,
            cancellationToken
        );

    /// <summary>With table, index and split jobs, the faster of the settings that were tried.</summary>
    public Task<double> PgCopyDbAsync(CancellationToken cancellationToken) =>
        RunAsync(
            $"""
            psql -q {Server} -c "drop database if exists copied" -c "create database copied" -c checkpoint
            rm -rf /tmp/pgcopydb
            start=$EPOCHREALTIME
            pgcopydb clone --dir /tmp/pgcopydb \
              --source {Source} --target {BenchmarkServers.Url(servers.Target, "copied")} \
              --table-jobs 2 --index-jobs 2 --split-tables-larger-than 50MB > /tmp/pgcopydb.log 2>&1 \
              || (tail -5 /tmp/pgcopydb.log >&2; exit 1)
            {Stop}
            """,
            cancellationToken
        );

    /// <summary>A dump in the custom format and a restore into an empty database.</summary>
    public Task<double> DumpAndRestoreAsync(CancellationToken cancellationToken) =>
        RunAsync(
            $"""
            psql -q {Server} -c "drop database if exists restored" -c "create database restored" -c checkpoint
            start=$EPOCHREALTIME
            pg_dump -Fc -Z9 -f /tmp/dump {Source}
            pg_restore -d {BenchmarkServers.Url(servers.Target, "restored")} /tmp/dump
            {Stop}
            rm /tmp/dump
            """,
            cancellationToken
        );

    private async Task<double> RunAsync(string script, CancellationToken cancellationToken) =>
        double.Parse((await servers.RunAsync(script, cancellationToken)).Trim());
}
