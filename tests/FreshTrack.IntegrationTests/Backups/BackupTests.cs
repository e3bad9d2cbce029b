using System.Text;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Verification;
using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Declarations;
using Npgsql;

namespace FreshTrack.IntegrationTests.Backups;

/// <summary>The scripts of <c>deploy/backups</c> on a real server: what they keep, and what they find wrong with
/// it.</summary>
public sealed class BackupTests(BackupStage stage) : IClassFixture<BackupStage>
{
    /// <summary>For <c>date</c>: the name of a backup.</summary>
    private const string NameFormat = "+%Y%m%dT%H%M%SZ";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A program that stands before the real one, and what the service says of what it did.</summary>
    public static TheoryData<string, string, string> Damages =>
        new()
        {
            // A byte in the middle; the dump is decompressed by the real program.
            {
                "gzip",
                """
                    [ $# -eq 0 ] || exec /usr/bin/gzip "$@"
                    /usr/bin/gzip > "$BACKUPS/.bytes"
                    printf 'X' | dd of="$BACKUPS/.bytes" bs=1 conv=notrunc status=none \
                      seek=$(($(stat --format=%s "$BACKUPS/.bytes") / 2))
                    cat "$BACKUPS/.bytes"
                    """,
                "cannot be restored"
            },
            {
                "gzip",
                """[ $# -eq 0 ] || exec /usr/bin/gzip "$@"; /usr/bin/gzip | head -c 9000""",
                "cannot be restored"
            },
            { "pg_dump", """/usr/lib/postgresql/17/bin/pg_dump "$@" | head -n 60""", "does not hold what" },
            {
                "pg_dump",
                """exec /usr/lib/postgresql/17/bin/pg_dump --exclude-table-data='readings_*' "$@" """,
                "does not hold what the database held (< held, > restored)"
            },
            { "pg_dump", """/usr/lib/postgresql/17/bin/pg_dump "$@"; exit 1""", "" },
        };

    [Fact]
    public async Task A_backup_restored_into_an_empty_database_passes_every_check_of_the_verifier()
    {
        var folder = await stage.FolderAsync();
        var database = $"restored_{Guid.CreateVersion7():N}";

        await folder.BackUpAsync();
        var said = await folder.SucceedAsync($"bash {Documented("restore.sh latest")} {database}");

        await using var restored = stage.Open(database);
        var result = await Verifier.RunAsync(
            new VerificationRequest(MovedPlan.Create(), stage.Moved.Source, restored) { Clock = stage.Moved.Clock },
            progress: null,
            Token
        );
        Assert.DoesNotContain(result.Checks, check => check.Verdict != Verdict.Pass);
        Assert.Equal(Verdict.Pass, result.Verdict);
        Assert.Contains(" rows in ", said);
        Assert.Equivalent(
            await DeclarationReader.ReadAsync(stage.Moved.Target, Token),
            await DeclarationReader.ReadAsync(restored, Token)
        );
    }

    [Fact]
    public async Task Rows_that_come_while_it_is_made_are_in_neither_the_count_nor_the_dump()
    {
        var folder = await stage.FolderAsync();
        var database = $"busy_{Guid.CreateVersion7():N}";
        await folder.SucceedAsync(
            $"""
            export PGPASSWORD=$(cat /run/secrets/postgres_owner_password)
            createdb {database}
            psql -q {database} -c 'create table readings (id int); insert into readings values (1)'
            """
        );
        await folder.PutAsync(
            "pg_dump",
            """
            psql -q -c 'insert into readings values (2)'
            exec /usr/lib/postgresql/17/bin/pg_dump "$@"
            """
        );

        var name = await folder.BackUpAsync($"PGDATABASE={database}");

        Assert.Equal("public.readings|1\n", await folder.SucceedAsync($"cat $BACKUPS/{name}/rows"));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_dump_is_found_and_thrown_away_and_the_earlier_ones_stay(
        string program,
        string script,
        string said
    )
    {
        var (folder, good) = await stage.FolderWithBackupAsync();
        await folder.PutAsync(program, script);

        var complaint = await folder.FailAsync("BACKUP_KEEP=1");

        Assert.Contains(said, complaint);
        Assert.Equal([good], await folder.ListAsync());
        Assert.Equal("", await folder.SucceedAsync("ls -A $BACKUPS | grep -E '^[.](unfinished|verify)' || true"));
        var metrics = await folder.MetricsAsync();
        Assert.Equal((1, 1, 1), (metrics["last_attempt_failed"], metrics["failures_total"], metrics["kept"]));
    }

    [Fact]
    public async Task A_backup_that_is_damaged_on_the_disk_counts_for_none_and_is_not_restored()
    {
        var (folder, damaged) = await stage.FolderWithBackupAsync();
        await folder.SucceedAsync(
            $"printf 'X' | dd of=$BACKUPS/{damaged}/database.sql.gz bs=1 seek=5000 conv=notrunc status=none"
        );

        var complaint = await folder.FailAsync("BACKUP_KEEP=1");

        Assert.Contains($"Backup {damaged} is damaged", complaint);
        Assert.Equal(2, (await folder.ListAsync()).Count);
        var refused = await folder.RunAsync($"bash /opt/backups/restore.sh {damaged} anywhere");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"Backup {damaged} is damaged. Take another one: ", refused.Stderr);
    }

    [Fact]
    public async Task Backups_of_the_last_days_are_kept_however_many_they_are()
    {
        var (folder, first) = await stage.FolderWithBackupAsync();
        // Hours, two of them more than a week.
        int[] ages = [9 * 24, (7 * 24) + 1, (7 * 24) - 1, 3 * 24, 2 * 24, 9, 8, 1];
        foreach (var age in ages)
        {
            await folder.SucceedAsync(
                $"cp -r $BACKUPS/{first} $BACKUPS/$(date --utc --date='-{age} hours' {NameFormat})"
            );
        }

        var last = await folder.BackUpAsync();

        var kept = await folder.ListAsync();
        Assert.Equal(ages.Length, kept.Count);
        Assert.Equal([first, last], kept.TakeLast(2));
        await folder.BackUpAsync("BACKUP_KEEP=2");
        Assert.Equal(6, (await folder.ListAsync()).Count);
    }

    [Fact]
    public async Task The_newest_is_kept_however_old_the_clock_says_that_the_others_are()
    {
        var (folder, old) = await stage.FolderWithBackupAsync();
        await folder.SucceedAsync($"mv $BACKUPS/{old} $BACKUPS/20200101T020000Z");
        await folder.PutAsync("pg_dump", "exit 1");
        await folder.FailAsync("BACKUP_KEEP=1");
        Assert.Equal(["20200101T020000Z"], await folder.ListAsync());

        await folder.SucceedAsync($"rm {folder.Path}/bin/pg_dump");
        var last = await folder.BackUpAsync("BACKUP_KEEP=1");

        Assert.Equal([last], await folder.ListAsync());
    }

    [Fact]
    public async Task A_backup_that_is_named_in_the_future_is_told_of_and_never_the_newest()
    {
        var (folder, good) = await stage.FolderWithBackupAsync();
        await folder.SucceedAsync($"cp -r $BACKUPS/{good} $BACKUPS/20990101T020000Z");

        var complaint = await folder.FailAsync();

        Assert.Contains("Backup 20990101T020000Z is named in the future", complaint);
        var list = await folder.ListAsync();
        Assert.Equal((3, "20990101T020000Z"), (list.Count, list[^1]));
        var metrics = await folder.MetricsAsync();
        Assert.Equal(1, metrics["last_attempt_failed"]);
        Assert.True(metrics["last_success_timestamp_seconds"] < 4_000_000_000, "The newest is the one of the future.");
        var restored = await folder.RunAsync("bash -x /opt/backups/restore.sh latest nowhere 2>&1 | grep '^+ name='");
        Assert.Contains($"name={list[1]}", restored.Stdout);
    }

    [Theory]
    [InlineData("BACKUP_AT", "2:00", "a time such as 02:00")]
    [InlineData("BACKUP_AT", "24:00", "a time such as 02:00")]
    [InlineData("BACKUP_KEEP", "0", "a number of days")]
    [InlineData("BACKUP_KEEP", "a week", "a number of days")]
    public async Task A_setting_that_means_nothing_is_refused(string name, string value, string expected)
    {
        var folder = await stage.FolderAsync();

        var complaint = await folder.FailAsync($"{name}='{value}'");

        Assert.Contains($"{name} is '{value}'. Expected {expected}", complaint);
    }

    /// <summary>The clocks of Central Europe: on 29 March 2026 no 02:30, on 25 October 2026 two.</summary>
    [Theory]
    [InlineData("2026-03-29 00:50 UTC", "20260329T010")]
    [InlineData("2026-10-25 00:20 UTC", "20261025T003")]
    public async Task A_day_without_its_hour_and_one_with_two_of_them_get_one_backup(string start, string expected)
    {
        var (folder, first) = await stage.FolderWithBackupAsync();
        var before = DateTimeOffset.Parse(start.Replace("UTC", "Z")).AddHours(-2).ToString("yyyyMMdd'T'HHmmss'Z'");
        await folder.SucceedAsync($"mv $BACKUPS/{first} $BACKUPS/{before}");
        // A clock of the test's own, which sleeping moves on.
        await folder.PutAsync(
            "date",
            """
            case "$*" in *--date*) exec /usr/bin/date "$@" ;; esac
            exec /usr/bin/date --date="@$(cat $BACKUPS/.now)" "$@"
            """
        );
        await folder.PutAsync(
            "sleep",
            """
            echo $(($(cat $BACKUPS/.now) + 60)) > $BACKUPS/.next && mv $BACKUPS/.next $BACKUPS/.now
            exec /usr/bin/sleep 0.02
            """
        );
        await folder.SucceedAsync(
            $"""
            /usr/bin/date --date='{start}' +%s > $BACKUPS/.now
            end=$(($(cat $BACKUPS/.now) + 90 * 60))
            TZ=CET-1CEST,M3.5.0,M10.5.0/3 BACKUP_AT=02:30 bash /opt/backups/service.sh > $BACKUPS/.log 2>&1 &
            service=$!
            until [ $(cat $BACKUPS/.now) -gt $end ] || ! kill -0 $service; do /usr/bin/sleep 0.1; done
            kill $service
            wait $service || true
            """
        );

        Assert.StartsWith(expected, Assert.Single((await folder.ListAsync()).Skip(1)));
    }

    [Fact]
    public async Task A_new_store_gets_its_bucket_and_the_first_backup_succeeds()
    {
        var folder = await stage.FolderAsync();
        var (store, variables) = stage.Bucket();
        store.Dispose();
        var fresh = $"{variables}-new";

        await folder.SucceedAsync(
            $"""
            {fresh} bash /opt/backups/service.sh > $BACKUPS/.log 2>&1 &
            until [ -e {folder.Path}/.state/last-code ]; do sleep 0.2; done
            kill $!
            wait $! || true
            """
        );

        Assert.Equal("0\n", await folder.SucceedAsync("cat $STATE/last-code"));
        Assert.Single(await folder.ListAsync());
        // Once it was copied, a store without a bucket is one that lost its objects.
        Assert.Contains("The bucket was not copied", await folder.FailAsync($"{fresh}-gone"));
    }

    [Fact]
    public async Task A_database_that_lost_its_rows_does_not_push_the_good_ones_out()
    {
        var (folder, good) = await stage.FolderWithBackupAsync();
        var empty = $"empty_{Guid.CreateVersion7():N}";
        await stage.Moved.RunAsync(source: false, $"create database {empty}", Token);

        var complaint = await folder.FailAsync($"BACKUP_KEEP=1 PGDATABASE={empty}");

        Assert.Contains("holds less than half of the rows of an earlier one", complaint);
        Assert.Equal(good, (await folder.ListAsync())[0]);
    }

    [Fact]
    public async Task A_full_disk_fails_the_backup_and_leaves_the_earlier_ones()
    {
        var (small, good) = await stage.FolderWithBackupAsync("/small");

        await small.FailAsync("STATE=/tmp/state-of-small");

        Assert.Equal([good], await small.ListAsync());
        Assert.Equal("", await small.SucceedAsync("ls -A $BACKUPS | grep -E '^[.](unfinished|verify)' || true"));
        Assert.Equal("1\n", await small.SucceedAsync("cat /tmp/state-of-small/failures"));
        await small.SucceedAsync($"cd {small.Path}/{good} && sha256sum --check --quiet SHA256SUMS");
    }

    [Fact]
    public async Task A_backup_that_is_killed_leaves_the_earlier_ones_and_the_service_clears_up_at_its_start()
    {
        var (folder, good) = await stage.FolderWithBackupAsync();
        await folder.PutAsync("pg_dump", "touch $BACKUPS/.dumping; exec sleep 600");
        await folder.SucceedAsync(
            """
            setsid bash /opt/backups/backup.sh > /dev/null 2>&1 &
            until [ -e $BACKUPS/.dumping ]; do sleep 0.1; done
            kill -KILL -- -$!
            ls -d $BACKUPS/.unfinished-*
            """
        );
        Assert.Equal([good], await folder.ListAsync());

        await folder.SucceedAsync(
            """
            bash /opt/backups/service.sh > /dev/null 2>&1 &
            until ! ls -d $BACKUPS/.unfinished-* 2> /dev/null; do sleep 0.1; done
            kill $!
            wait $!
            """
        );

        Assert.Equal([good], await folder.ListAsync());
        await folder.SucceedAsync($"rm {folder.Path}/bin/pg_dump");
        Assert.NotEqual(good, await folder.BackUpAsync());
    }

    [Fact]
    public async Task The_service_backs_up_at_its_first_start_and_answers_with_metrics()
    {
        var folder = await stage.FolderAsync();
        await folder.SucceedAsync("bash /opt/backups/service.sh > $BACKUPS/.log 2>&1 & echo $! > $BACKUPS/.pid");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{stage.MetricsPort}/") };
        try
        {
            await folder.SucceedAsync("until grep -q complete $BACKUPS/.log; do sleep 0.2; done; sleep 1");

            using var answer = await http.GetAsync(new Uri("metrics", UriKind.Relative), Token);
            var text = await answer.Content.ReadAsStringAsync(Token);

            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
            Assert.Matches("(?m)^freshtrack_backup_verified_rows [1-9][0-9]+$", text);
            Assert.Matches("(?m)^freshtrack_backup_last_success_timestamp_seconds [1-9][0-9]{9}$", text);
            Assert.Matches("(?m)^freshtrack_backup_last_attempt_failed 0$", text);
            Assert.Single(await folder.ListAsync());
            using var other = await http.GetAsync(new Uri("../etc/passwd", UriKind.Relative), Token);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, other.StatusCode);
        }
        finally
        {
            await folder.SucceedAsync("kill $(cat $BACKUPS/.pid)");
        }
    }

    [Fact]
    public async Task Objects_are_copied_and_what_was_removed_is_kept_and_can_be_put_back()
    {
        var folder = await stage.FolderAsync();
        var (store, variables) = stage.Bucket();
        using var _ = store;
        var content = Encoding.UTF8.GetBytes("a part");
        await store.PutAsync("runs/1/part 'ä' 1", content, Token);
        await folder.BackUpAsync(variables);

        await store.DeleteAsync("runs/1/part 'ä' 1", Token);
        await folder.SucceedAsync("sleep 1");
        var second = await folder.BackUpAsync(variables);

        await folder.SucceedAsync($"mv {folder.Path}/objects/removed-{second}/runs {folder.Path}/objects/current/");
        await folder.SucceedAsync($"{variables} bash /opt/backups/restore-objects.sh");
        Assert.Equal(content, await store.ReadAsync("runs/1/part 'ä' 1", Token));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_fails_and_the_database_is_backed_up_all_the_same()
    {
        var folder = await stage.FolderAsync();
        var (store, variables) = stage.Bucket();
        store.Dispose();

        var complaint = await folder.FailAsync(variables + "-gone");

        Assert.Contains("The bucket was not copied", complaint);
        Assert.Single(await folder.ListAsync());
    }

    [Fact]
    public async Task A_database_that_is_not_there_or_refuses_the_password_is_told_without_it()
    {
        var folder = await stage.FolderAsync();
        await folder.SucceedAsync("echo hunter2 > $BACKUPS/.secret");

        Assert.Contains("cannot be asked", await folder.FailAsync("PGPORT=1"));
        var refused = await folder.FailAsync("PASSWORD_FILE=$BACKUPS/.secret");
        Assert.Contains("password authentication failed", refused);
        Assert.DoesNotContain("hunter2", refused);
        Assert.Contains("/nowhere cannot be read", await folder.FailAsync("PASSWORD_FILE=/nowhere"));
        Assert.Empty(await folder.ListAsync());
    }

    [Fact]
    public async Task A_database_with_tables_is_not_restored_into_and_a_server_without_the_roles_neither()
    {
        var (folder, name) = await stage.FolderWithBackupAsync();
        var database = new NpgsqlConnectionStringBuilder(stage.Moved.Target.ConnectionString).Database;

        var full = await folder.RunAsync($"bash /opt/backups/restore.sh latest {database}");
        Assert.Equal(1, full.ExitCode);
        Assert.Contains($"Database '{database}' is not empty", full.Stderr);

        await folder.SucceedAsync(
            $"cd $BACKUPS/{name}; echo \"no 'such' role\" >> roles; sha256sum database.sql.gz rows roles > SHA256SUMS"
        );
        var without = await folder.RunAsync("bash /opt/backups/restore.sh latest nowhere");
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("The server has no role 'no 'such' role'", without.Stderr);

        Assert.Equal(2, (await folder.RunAsync("bash /opt/backups/restore.sh")).ExitCode);
    }

    /// <summary>The command of the document, from its script on, without its last argument.</summary>
    private static string Documented(string command)
    {
        var lines = File.ReadLines(Path.Combine(RepositoryRoot.Find(), "docs", "BACKUPS.md"));
        var line = Assert.Single(lines, line => line.StartsWith("      backups ") && line.Contains(command));
        return line[line.IndexOf("/opt/backups/")..line.LastIndexOf(' ')];
    }
}
