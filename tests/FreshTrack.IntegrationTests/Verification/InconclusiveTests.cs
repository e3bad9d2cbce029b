using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification;

public sealed class InconclusiveTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("drop table units cascade", "public.units", "public.units")]
    [InlineData("alter table units drop column meta", "public.units", "meta")]
    [InlineData("alter table units alter column seen_at type timestamp", "public.units", "public.units.seen_at")]
    [InlineData("drop table migration.user_map", "public.units", "migration.user_map")]
    public async Task A_target_that_cannot_be_compared_is_inconclusive_and_says_why(
        string sql,
        string subject,
        string named
    )
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(sql, Token);
        var result = await moved.VerifyAsync(Token);
        var contents = Assert.Single(
            result.Checks,
            check => check.Check == CheckNames.Contents && check.Subject == subject
        );
        Assert.Equal(Verdict.Inconclusive, contents.Verdict);
        Assert.Contains(named, contents.Reason);
        Assert.NotEqual(Verdict.Pass, result.Verdict);
    }

    [Fact]
    public async Task A_table_that_the_plan_fits_in_part_passes_nothing_and_still_fails_where_it_is_wrong()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            "alter table units drop column api_key; update units set note = 'x' where id = md5('unit7')::uuid",
            Token
        );

        var result = await moved.VerifyAsync(Token);

        var units = result.Checks.Where(check => check.Subject == "public.units").ToDictionary(check => check.Check);
        Assert.Equal(Verdict.Fail, units[CheckNames.Contents].Verdict);
        Assert.DoesNotContain(units.Values, check => check.Verdict is Verdict.Pass or Verdict.Warn);
        Assert.Contains("public.units.api_key", units[CheckNames.Counts].Reason);
        Assert.StartsWith("Not run: ", units[CheckNames.EncryptedColumns].Reason);
        Assert.Contains(
            result.Checks,
            check => check is { Check: CheckNames.Plan, Subject: "public.units.api_key", Verdict: Verdict.Inconclusive }
        );
        Assert.All(
            result.Checks.Where(check => check.Subject == "public.event_logs"),
            check => Assert.Equal(Verdict.Pass, check.Verdict)
        );
    }

    [Fact]
    public async Task A_table_missing_on_both_sides_is_inconclusive()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var result = await moved.VerifyAsync(
            Token,
            MovedPlan.Create(null, MovedPlan.Table("public.nowhere", "public.nowhere"))
        );
        Assert.All(
            result.Checks.Where(check => check.Subject == "public.nowhere"),
            check => Assert.Equal(Verdict.Inconclusive, check.Verdict)
        );
        Assert.Contains(result.Checks, check => check is { Subject: "public.nowhere", Check: CheckNames.Contents });
    }

    [Fact]
    public async Task Databases_that_the_plan_was_not_made_for_are_inconclusive()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var result = await Verifier.RunAsync(
            new VerificationRequest(MovedPlan.Create(), moved.Target, moved.Source),
            null,
            Token
        );
        Assert.NotEqual(Verdict.Pass, result.Verdict);
        var contents = Assert.Single(
            result.Checks,
            check => check is { Check: CheckNames.Contents, Subject: "public.users" }
        );
        Assert.Equal(Verdict.Inconclusive, contents.Verdict);
        Assert.Matches("(auth|public).users: .* has no such table", contents.Reason);
    }

    [Fact]
    public async Task A_key_that_is_not_unique_is_named()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var readings = MovedPlan.Table("public.readings", "public.readings") with { Key = ["unit_id"] };
        var result = await moved.VerifyAsync(Token, MovedPlan.Of(readings));
        var keys = Assert.Single(result.Checks, check => check.Check == CheckNames.UniqueKeys);
        Assert.Equal((Verdict.Fail, 40), (keys.Verdict, keys.Violations));
        Assert.Contains("the plan's key: 40 values of (unit_id) repeat", keys.Reason);
    }

    [Theory]
    [InlineData("revoke select on units from {0}", "permission denied for table units")]
    [InlineData("alter table units enable row level security", "row-level security policy for table \"units\"")]
    public async Task A_table_that_the_role_may_not_read_whole_is_inconclusive_and_named(string sql, string named)
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var role = $"reader_{Guid.CreateVersion7():N}";
        await moved.RunAsync(
            source: false,
            $"""
            create role {role} login password 'rehearsal-only';
            grant usage on schema public, migration to {role};
            grant select on all tables in schema public, migration to {role};
            grant select on all sequences in schema public to {role};
            {string.Format(sql, role)}
            """,
            Token
        );
        await using var limited = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(moved.Target.ConnectionString)
            {
                Username = role,
                Password = "rehearsal-only",
            }
        );
        var result = await Verifier.RunAsync(
            new VerificationRequest(MovedPlan.Create(), moved.Source, limited) { Clock = moved.Clock },
            null,
            Token
        );
        Assert.All(
            result.Checks.Where(check => check.Subject == "public.units"),
            check => Assert.Equal(Verdict.Inconclusive, check.Verdict)
        );
        Assert.Contains(
            named,
            Assert
                .Single(result.Checks, check => check is { Check: CheckNames.Contents, Subject: "public.units" })
                .Reason
        );
        Assert.Equal(
            Verdict.Pass,
            Assert
                .Single(result.Checks, check => check is { Check: CheckNames.Contents, Subject: "public.event_logs" })
                .Verdict
        );
    }

    [Fact]
    public async Task Zero_rows_on_both_sides_pass_only_where_the_plan_says_so()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var result = await moved.VerifyAsync(Token, MovedPlan.Create(table => table with { MayBeEmpty = false }));
        Assert.All(
            result.Checks.Where(check => check.Subject == "public.notes"),
            check => Assert.Equal(Verdict.Inconclusive, check.Verdict)
        );
        Assert.DoesNotContain(
            result.Checks,
            check => check.Verdict != Verdict.Pass && !check.Subject.StartsWith("public.notes")
        );
    }

    [Fact]
    public async Task A_database_compared_with_itself_is_inconclusive()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var plan = MovedPlan.Create();
        var result = await Verifier.RunAsync(new VerificationRequest(plan, moved.Source, moved.Source), null, Token);
        Assert.All(result.Checks, check => Assert.Equal(Verdict.Inconclusive, check.Verdict));
        Assert.Equal(plan.Tables.Count, result.Checks.Count(check => check.Check == CheckNames.Contents));
    }

    [Fact]
    public async Task A_connection_killed_in_the_middle_of_a_check_is_inconclusive()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var slow = MovedPlan.Units("name", "case when pg_sleep(0.5) is null then name else name end");
        var verifying = moved.VerifyAsync(Token, MovedPlan.Of(slow));
        await KillAsync(moved.Source, "%record_send%pg_sleep%");
        var contents = Assert.Single((await verifying).Checks, check => check.Check == CheckNames.Contents);
        Assert.Equal(Verdict.Inconclusive, contents.Verdict);
        Assert.Contains("The source failed", contents.Reason);
    }

    [Fact]
    public async Task A_value_that_breaks_an_expression_is_not_quoted()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var broken = MovedPlan.Units("api_key", "api_key::int::text") with { Secret = ["api_key"] };
        var result = await moved.VerifyAsync(Token, MovedPlan.Of(broken));
        Assert.Equal(
            Verdict.Inconclusive,
            Assert.Single(result.Checks, check => check.Check == CheckNames.Contents).Verdict
        );
        Assert.DoesNotContain("api-key-of-unit", EvidenceJson.Serialize("verification", result));
    }

    private static async Task KillAsync(NpgsqlDataSource database, string query)
    {
        await using var command = database.CreateCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
                + "and state = 'active' and pid <> pg_backend_pid() and query like $1"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = query });
        while ((long)(await command.ExecuteScalarAsync(Token))! == 0)
        {
            await Task.Delay(20, Token);
        }
    }
}
