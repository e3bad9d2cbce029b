using FreshTrack.Plan;
using FreshTrack.Verification;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>Equal data raises no alarm, whatever the values and types, and in whatever order the rows lie.</summary>
public sealed class EqualSetsTests(Servers servers)
{
    private const int AtOnce = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Sets => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? 1000 : 20;

    [Fact]
    public async Task Equal_sets_pass()
    {
        await using var source = NpgsqlDataSource.Create((await servers.CreateSourceAsync(Token)).Mover);
        await using var target = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(Token));
        foreach (var seeds in Enumerable.Range(1, Sets).Chunk(AtOnce))
        {
            var sets = EqualSets.Create(seeds);
            await RunAsync(source, sets.Source);
            await RunAsync(target, sets.Target);
            var request = new VerificationRequest(sets.Plan, source, target)
            {
                Clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero)),
            };
            var result = await Verifier.RunAsync(request, null, Token);

            Assert.Empty(
                result
                    .Checks.Where(check => check.Verdict != Verdict.Pass)
                    .Select(check => $"{check.Check} {check.Subject}: {check.Verdict}. {check.Reason}")
            );
            Assert.Equal(
                sets.Rows.OrderBy(set => set.Key),
                result
                    .Checks.Where(check => check.Check == CheckNames.Contents)
                    .ToDictionary(check => check.Subject, check => (int)check.Rows)
                    .OrderBy(set => set.Key)
            );
        }
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var connection = await database.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
        // The types of the sets are created every time.
        await connection.ReloadTypesAsync(Token);
    }
}
