using FreshTrack.Build;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.UnitTests.Plan;
using FreshTrack.Verification;
using Npgsql;
using Spectre.Console;

namespace FreshTrack.UnitTests.Build.CommandLine;

public sealed class VerifyTargetTests : IDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly StringWriter output = new();

    public void Dispose()
    {
        output.Dispose();
        Directory.Delete(runs, recursive: true);
    }

    [Fact]
    public void Both_databases_and_the_plan_are_its_options()
    {
        var command = BuildCommand.Parse(
            ["Verify", "--source", "postgres://me@old/db", "--target", "postgres://me@new/db", "--plan", "plan.yaml"],
            TaskCatalog.Of(typeof(BuildContext).Assembly)
        );

        Assert.Equal(
            [
                "--target=Verify",
                "--source=postgres://me@old/db",
                "--target-database=postgres://me@new/db",
                "--plan=plan.yaml",
            ],
            command.Arguments
        );
    }

    [Fact]
    public async Task Databases_out_of_reach_prove_nothing_and_every_planned_table_says_so()
    {
        var failure = await Assert.ThrowsAsync<TargetFailedException>(() =>
            VerifyAsync(TestContext.Current.CancellationToken)
        );

        Assert.Equal(ExitCodes.Inconclusive, failure.ExitCode);
        var result = EvidenceJson.Deserialize<VerificationResult>(
            await File.ReadAllTextAsync(
                Path.Combine(runs, "latest", "verification.json"),
                TestContext.Current.CancellationToken
            )
        );
        string[] expected =
        [
            "check_constraints target catalog",
            "contents public.areas",
            "contents public.units",
            "counts public.areas",
            "counts public.units",
            "not_null target catalog",
            "orphans target catalog",
            "partitions target catalog",
            "sequences target catalog",
            "unique_keys target catalog",
        ];
        Assert.Equal(expected, result.Checks.Select(check => $"{check.Check} {check.Subject}"));
        Assert.All(result.Checks, check => Assert.Contains("The source failed", check.Reason));
    }

    [Fact]
    public async Task No_password_is_shown_or_kept()
    {
        var failure = await Assert.ThrowsAsync<TargetFailedException>(() =>
            VerifyAsync(TestContext.Current.CancellationToken)
        );

        var kept = await File.ReadAllTextAsync(
            Path.Combine(runs, "latest", "verification.json"),
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain("hunter2", failure.Message + output + kept);
    }

    [Fact]
    public async Task A_cancelled_verification_ends_as_cancelled_and_leaves_no_verdict()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => VerifyAsync(cancelled.Token));

        Assert.False(File.Exists(Path.Combine(runs, "latest", "verification.json")));
        Assert.Contains("Compare source and target: cancelled", output.ToString());
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await using var nowhere = NpgsqlDataSource.Create(
            "Host=127.0.0.1;Port=1;Username=me;Password=hunter2;Database=db"
        );
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No }
        );
        var servers = new CutoverEnvironment("test", EnvironmentKind.Stage) { Source = nowhere, Target = nowhere };
        var inputs = new RunInputs(
            Given.Plan("source: areas", "source: units"),
            "",
            new SourceTree("test", Clean: true)
        );
        await new VerificationRun(console, runs, TimeProvider.System).RunAsync(inputs, servers, cancellationToken);
    }
}
