using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Nights;

/// <summary>Keeps a second procedure off the same source and target for as long as its holder lives.</summary>
/// <remarks>
/// A lock of a session in both databases says who works; a number in the source, which every new holder counts up, says
/// whose turn it is. A laptop that slept through its sessions' end finds another number there and stops.
/// </remarks>
public sealed class CutoverLock : IAsyncDisposable
{
    private const int NameLimit = 63;

    private static readonly Sql Create = new(
        """
        create schema if not exists freshtrack_cutover;
        create table if not exists freshtrack_cutover.turn (
            only_row boolean primary key default true check (only_row),
            number bigint not null, run text not null, holder text not null, since timestamptz not null default now())
        """
    );

    private static readonly Sql Take = new(
        """
        insert into freshtrack_cutover.turn as t (number, run, holder)
        values ((extract(epoch from clock_timestamp()) * 1000)::bigint, $1, $2)
        on conflict (only_row) do update set number = greatest(t.number + 1, excluded.number), run = excluded.run,
            holder = excluded.holder, since = now()
        returning number
        """
    );

    private static readonly Sql Current = new("select number from freshtrack_cutover.turn");

    private readonly DatabaseLock source;
    private readonly DatabaseLock target;
    private readonly long number;

    private CutoverLock(DatabaseLock source, DatabaseLock target, long number) =>
        (this.source, this.target, this.number) = (source, target, number);

    /// <summary>A person and a machine, shown to whoever comes second.</summary>
    public static string Who() => $"{Environment.UserName}@{Environment.MachineName}";

    /// <param name="who">A person and a machine, shown to whoever comes second.</param>
    /// <exception cref="RefusedException">Another process holds source or target; who it is and since when.</exception>
    public static async Task<CutoverLock> AcquireAsync(
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        string kind,
        string who,
        CancellationToken cancellationToken
    )
    {
        var name = $"freshtrack-night {who}" is { Length: > NameLimit } text
            ? text[..NameLimit]
            : $"freshtrack-night {who}";
        var first = await DatabaseLock.AcquireAsync("source", source, name, cancellationToken);
        try
        {
            var second = await DatabaseLock.AcquireAsync("target", target, name, cancellationToken);
            try
            {
                await first.ScalarAsync<object>(Create, cancellationToken);
                return new CutoverLock(
                    first,
                    second,
                    await first.ScalarAsync<long>(Take, cancellationToken, kind, who)
                );
            }
            catch
            {
                await second.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await first.DisposeAsync();
            throw;
        }
    }

    /// <summary>Proves that both locks are held and that nobody has had a turn since. A session that was cut off is
    /// opened again where nobody came between.</summary>
    /// <exception cref="RefusedException">Another process works, or worked, on source and target.</exception>
    public async Task DemandAsync(CancellationToken cancellationToken)
    {
        await target.ScalarAsync<int>(new Sql("select 1"), cancellationToken);
        var current = await source.ScalarAsync<long?>(Current, cancellationToken);
        if (current != number)
        {
            throw new RefusedException(
                $"Another process took the run over: its turn is {current?.ToString() ?? "gone"}, this one's {number}. "
                    + "Nothing more is done here. Run Status to see where it is."
            );
        }
    }

    /// <returns>The session that works on the source now, by the name of its process; null for none.</returns>
    internal static Task<string?> FindHolderAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        DatabaseLock.FindHolderAsync(source, cancellationToken);

    /// <summary>Takes the number away: after the last run on this source.</summary>
    public static Task ForgetAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        source.ExecuteAsync(
            new Sql("set default_transaction_read_only = off; drop schema if exists freshtrack_cutover cascade"),
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        await target.DisposeAsync();
        await source.DisposeAsync();
    }
}
