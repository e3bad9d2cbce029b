using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>A freeze that is taken back from a source that is no longer as it was.</summary>
public sealed class FreezeLiftTests(Servers servers)
{
    private const string Left = """
        select count(*)::text from pg_trigger where tgname = 'freshtrack_freeze'
        union all
        select count(*)::text from pg_namespace where nspname = 'freshtrack_freeze'
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rights_of_a_role_and_on_a_table_that_are_gone_keep_no_freeze_standing()
    {
        var role = $"Gone \"{Guid.CreateVersion7():N}";
        var quoted = $"\"{role.Replace("\"", "\"\"")}\"";
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.AsAdministratorAsync($"create role {quoted}; grant insert on units to {quoted}", Token);
        await source.Freeze.ApplyAsync(Token);
        await source.AsAdministratorAsync($"drop role {quoted}; drop table sensor_readings cascade", Token);

        var left = await source.Freeze.LiftAsync(Token);

        Assert.Empty(left);
        Assert.Equal(["0", "0"], await Move.RowsAsync(source.Mover, Left, Token));
    }

    [Fact]
    public async Task Rights_on_a_table_that_was_renamed_meanwhile_are_given_back()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.Freeze.ApplyAsync(Token);
        await source.AsAdministratorAsync("alter table units rename to \"Units of old\"", Token);

        var left = await source.Freeze.LiftAsync(Token);

        Assert.Empty(left);
        Assert.Equal(
            ["true"],
            await Move.RowsAsync(
                source.Mover,
                """select has_table_privilege('service_role', '"Units of old"', 'INSERT')::text""",
                Token
            )
        );
        Assert.Equal(["0", "0"], await Move.RowsAsync(source.Mover, Left, Token));
    }

    [Fact]
    public async Task A_reader_that_keeps_the_triggers_in_place_is_told_and_the_next_lift_takes_them()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        var freeze = new Freeze(source.Mover, source.Plan, TimeProvider.System)
        {
            LockTimeout = TimeSpan.FromMilliseconds(100),
        };
        await freeze.ApplyAsync(Token);
        source.Administrator.Clear();
        await using var reader = await source.Administrator.OpenConnectionAsync(Token);
        await using var transaction = await reader.BeginTransactionAsync(Token);
        await using var read = new NpgsqlCommand("select count(*) from units", reader, transaction);
        await read.ExecuteScalarAsync(Token);

        var left = await freeze.LiftAsync(Token);
        source.Mover.Clear();
        await Move.ExecuteAsync(source.Mover, "delete from units where false", Token);
        await transaction.RollbackAsync(Token);
        var again = await freeze.LiftAsync(Token);

        Assert.Contains("lock timeout", Assert.Single(left));
        Assert.Empty(again);
        Assert.Equal(["0", "0"], await Move.RowsAsync(source.Mover, Left, Token));
    }

    [Fact]
    public async Task A_role_that_did_not_freeze_is_told_whose_freeze_it_is()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.Freeze.ApplyAsync(Token);
        var address = new NpgsqlConnectionStringBuilder(source.AdministratorAddress) { Username = "authenticator" };
        await using var other = NpgsqlDataSource.Create(address.ConnectionString);

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            new Freeze(other, source.Plan, TimeProvider.System).LiftAsync(Token)
        );

        Assert.Contains("'authenticator'", error.Message);
        Assert.Contains("'postgres'", error.Message);
    }
}
