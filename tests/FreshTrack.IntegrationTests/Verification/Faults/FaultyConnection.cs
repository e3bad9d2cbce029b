using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>A connection whose opening, transactions and commands ask <paramref name="wire"/> first.</summary>
internal sealed class FaultyConnection(FaultyDataSource wire, NpgsqlConnection inner) : DbConnection
{
    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        await wire.AskAsync(Deed.Open, "open", cancellationToken);
        await inner.OpenAsync(cancellationToken);
    }

    public override void Open() => throw Unasked();

    public override void Close() => inner.Close();

    public override void ChangeDatabase(string databaseName) => throw Unasked();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    internal static NotSupportedException Unasked() => new("The verifier asks asynchronously, and nothing but this.");

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(
        IsolationLevel isolationLevel,
        CancellationToken cancellationToken
    ) =>
        await wire.AskAsync(Deed.Begin, "begin", cancellationToken) is null
            ? await inner.BeginTransactionAsync(isolationLevel, cancellationToken)
            : await inner.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw Unasked();

    protected override DbCommand CreateDbCommand() => new FaultyCommand(wire, inner.CreateCommand());
}
