using System.Net;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Makes the databases of a case and runs preflight over them.</summary>
internal static class PreflightRun
{
    private const string Password = "case";

    // Any address of the loopback network will do; this one nobody else listens at.
    private static readonly IPEndPoint Pooler = new(IPAddress.Parse("127.65.43.1"), 6543);

    public static async Task<IReadOnlyList<Finding>> FindingsAsync(
        Servers servers,
        PreflightCase @case,
        CancellationToken cancellationToken
    )
    {
        var unique = $"case_{Guid.CreateVersion7():N}";
        var role = $"create role {unique} login password '{Password}'";
        var made = @case.SourceIsNew ? null : await servers.CreateSourceAsync(cancellationToken, @case.SourceDatabase);
        var source = made?.Mover ?? await servers.CreateDatabaseAsync(cancellationToken, @case.SourceDatabase);
        await ExecuteAsync(source, [role, Named(@case.Source)], cancellationToken);
        if (@case.SourceAsAdministrator.Length > 0)
        {
            await ExecuteAsync(made!.Administrator, [Named(@case.SourceAsAdministrator)], cancellationToken);
        }

        var target = await servers.CreateDatabaseAsync(cancellationToken, @case.TargetDatabase);
        await ExecuteAsync(
            target,
            @case.SourceIsNew ? [Named(@case.Target)] : [role, Named(@case.Target)],
            cancellationToken
        );

        var address = new NpgsqlConnectionStringBuilder(source);
        await using var pooler = @case.SourceBehindPooler ? new PortForward(Pooler, address.Host!, address.Port) : null;
        if (pooler is not null)
        {
            (address.Host, address.Port) = (Pooler.Address.ToString(), Pooler.Port);
        }

        await using var from = Open(address, @case.SourceAsRole);
        await using var to = Open(new NpgsqlConnectionStringBuilder(target), @case.TargetAsRole);
        var plan = PlanFile.Parse($"version: 1\ntables:\n{@case.Tables}\n", "plan.yaml");
        return (await Preflight.RunAsync(plan, from, to, cancellationToken)).Findings;

        string Named(string text) => text.Replace("{unique}", unique);

        NpgsqlDataSource Open(NpgsqlConnectionStringBuilder database, bool asRole)
        {
            if (asRole)
            {
                (database.Username, database.Password) = (unique, Password);
            }

            return NpgsqlDataSource.Create(database);
        }
    }

    private static async Task ExecuteAsync(
        string database,
        IEnumerable<string> statements,
        CancellationToken cancellationToken
    )
    {
        await using var source = NpgsqlDataSource.Create(database);
        foreach (var statement in statements)
        {
            await Move.ExecuteAsync(source, statement, cancellationToken);
        }
    }
}
