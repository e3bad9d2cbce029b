using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>A command that asks <paramref name="wire"/> first, and whose answer may lose rows.</summary>
internal sealed class FaultyCommand(FaultyDataSource wire, NpgsqlCommand inner) : DbCommand
{
    [AllowNull]
    public override string CommandText
    {
        get => inner.CommandText;
        set => inner.CommandText = value;
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource
    {
        get => inner.UpdatedRowSource;
        set => inner.UpdatedRowSource = value;
    }

    protected override DbConnection? DbConnection
    {
        get => inner.Connection;
        set => throw FaultyConnection.Unasked();
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => inner.Transaction;
        set => inner.Transaction = (NpgsqlTransaction?)value;
    }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        if (await wire.AskAsync(Deed.Execute, CommandText, cancellationToken) is null)
        {
            return await inner.ExecuteNonQueryAsync(cancellationToken);
        }

        await wire.PassAsync(cancellationToken);
        return 0;
    }

    public override int ExecuteNonQuery() => throw FaultyConnection.Unasked();

    public override object ExecuteScalar() => throw FaultyConnection.Unasked();

    public override void Prepare() => throw FaultyConnection.Unasked();

    public override void Cancel() => inner.Cancel();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(
        CommandBehavior behavior,
        CancellationToken cancellationToken
    )
    {
        var fault = await wire.AskAsync(Deed.Read, CommandText, cancellationToken);
        using var answer = await RowsAsync(behavior, cancellationToken);
        wire.Answered(answer.Rows.Count);
        for (
            var lost = fault switch
            {
                Fault.Nothing => answer.Rows.Count,
                Fault.Truncated => 1,
                _ => 0,
            };
            lost > 0;
            lost--
        )
        {
            answer.Rows.RemoveAt(answer.Rows.Count - 1);
        }

        return answer.CreateDataReader();
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw FaultyConnection.Unasked();

    protected override DbParameter CreateDbParameter() => inner.CreateParameter();

    private async Task<DataTable> RowsAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        await using var reader = await inner.ExecuteReaderAsync(behavior, cancellationToken);
        var rows = new DataTable();
        for (var column = 0; column < reader.FieldCount; column++)
        {
            rows.Columns.Add(null, typeof(object));
        }

        while (await reader.ReadAsync(cancellationToken))
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Rows.Add(values);
        }

        return rows;
    }
}
