using System.Data.Common;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>Stands between the verifier and one database: notes all that is asked, and spoils one of it.</summary>
/// <param name="ahead">Sessions before those of the checks.</param>
/// <param name="victim">Number of what is spoilt; null for nothing.</param>
/// <param name="expire">Lets so much time pass that every limit is over.</param>
internal sealed class FaultyDataSource(
    NpgsqlDataSource database,
    string side,
    int ahead,
    int? victim,
    Fault fault,
    Action expire
) : DbDataSource
{
    private readonly List<Asked> asked = [];

    public IReadOnlyList<Asked> Asked => asked;

    /// <summary>What never answered was not given up when its time was over.</summary>
    public bool WasLeftHanging { get; private set; }

    public override string ConnectionString => database.ConnectionString;

    /// <returns>How to spoil this; null for not at all.</returns>
    public async Task<Fault?> AskAsync(Deed deed, string sql, CancellationToken cancellationToken)
    {
        asked.Add(new Asked(side, asked.Count, deed, sql, 0));
        switch (asked.Count - 1 == victim ? fault : (Fault?)null)
        {
            case Fault.Error:
                throw new NpgsqlException("injected failure");
            case Fault.Hang:
                expire();
                WasLeftHanging = !cancellationToken.IsCancellationRequested;
                throw new OperationCanceledException(cancellationToken);
            case var spoilt:
                return spoilt;
        }
    }

    public void Answered(int rows) => asked[^1] = asked[^1] with { Rows = rows };

    /// <summary>Other sessions go on writing while a statement is swallowed.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select pg_current_xact_id()");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What was asked since the last time belongs to this check.</summary>
    public void EndOf(string check)
    {
        var sessions = 0;
        for (var index = 0; index < asked.Count; index++)
        {
            sessions += asked[index].Deed == Deed.Open ? 1 : 0;
            asked[index] = asked[index] with { Check = asked[index].Check ?? (sessions > ahead ? check : null) };
        }
    }

    protected override DbConnection CreateDbConnection() => new FaultyConnection(this, database.CreateConnection());
}
