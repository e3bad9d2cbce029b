using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Steps;

/// <summary>Whether both databases are well enough for a night: what a freeze would wait for, and what would refuse the
/// move's sessions.</summary>
public static class HealthSteps
{
    /// <summary>A freeze waits for every transaction that has written.</summary>
    private static readonly TimeSpan LongTransaction = TimeSpan.FromMinutes(5);

    /// <summary>The move opens as many at once.</summary>
    private const int SessionsNeeded = 20;

    private static readonly Sql Server = new(
        """
        select pg_is_in_recovery(),
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - (select count(*)::int from pg_stat_activity where backend_type = 'client backend')
        """
    );

    private static readonly Sql Open = new(
        """
        select pid, coalesce(nullif(application_name, ''), usename, '?'), state,
            extract(epoch from clock_timestamp() - xact_start)::float8
        from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
          and xact_start < clock_timestamp() - $1::interval
        order by xact_start
        """
    );

    public static async Task<StepResult> AskAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var (source, target) = (run.Environment.Source, run.Environment.Target);
        var found = await FindAsync("source", source, LongTransaction, cancellationToken);
        return Judge([.. found, .. await FindAsync("target", target, LongTransaction, cancellationToken)]);
    }

    /// <param name="side"><c>source</c> or <c>target</c>.</param>
    /// <param name="longTransaction">From this age on an open transaction is named.</param>
    internal static async Task<IReadOnlyList<Finding>> FindAsync(
        string side,
        NpgsqlDataSource database,
        TimeSpan longTransaction,
        CancellationToken cancellationToken
    )
    {
        await using var session = await database.OpenConnectionAsync(cancellationToken);
        var server = await session.ListAsync(
            Server,
            row => (IsStandby: row.GetBoolean(0), Free: row.GetInt32(1)),
            cancellationToken
        );
        var open = await session.ListAsync(
            Open,
            row =>
                $"session {row.GetInt32(0)} of {row.GetString(1)}, {(row.IsDBNull(2) ? "?" : row.GetString(2))} for "
                + Format.Duration(row.GetDouble(3)),
            cancellationToken,
            longTransaction
        );
        return [.. Standby(), .. FewSessions(), .. Transactions()];

        IEnumerable<Finding> Standby() =>
            server[0].IsStandby
                ? [new(Verdict.Fail, $"the {side} is a standby and takes no writes; name its primary")]
                : [];

        IEnumerable<Finding> FewSessions() =>
            server[0].Free < SessionsNeeded
                ?
                [
                    new(
                        Verdict.Warn,
                        $"the {side} has {server[0].Free} sessions left, and the move needs up to {SessionsNeeded}; "
                            + "close some or raise max_connections"
                    ),
                ]
                : [];

        IEnumerable<Finding> Transactions() =>
            [
                .. open.Select(name => new Finding(
                    Verdict.Warn,
                    $"the {side} has an open transaction, for which a freeze waits: {name}; end it before the night"
                )),
            ];
    }

    private static StepResult Judge(IReadOnlyList<Finding> findings) =>
        findings.Count == 0
            ? StepResult.Pass("both databases take writes, have sessions left, and no transaction is long open")
            : new StepResult(
                findings.Select(finding => finding.Verdict).Worst(),
                string.Join(". ", findings.Select(finding => finding.Message))
            );

    internal sealed record Finding(Verdict Verdict, string Message);
}
