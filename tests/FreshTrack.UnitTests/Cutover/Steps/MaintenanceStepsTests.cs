using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Plan;
using Loopback = FreshTrack.UnitTests.Load.LoopbackServer;

namespace FreshTrack.UnitTests.Cutover.Steps;

public sealed class MaintenanceStepsTests : IAsyncLifetime
{
    private static readonly Progress<StepProgress> Ignored = new();

    private readonly string folder = Directory.CreateTempSubdirectory("maintenance").FullName;

    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary(
        "maintenance",
        TimeProvider.System.GetUtcNow()
    );

    private Loopback application = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The application is closed while this file exists, as long as it does not fail.</summary>
    private string Closed => Path.Combine(folder, "closed");

    private int OpenAnswer { get; set; } = 200;

    public async ValueTask InitializeAsync() =>
        application = await Loopback.StartAsync(context =>
        {
            // Where it redirects to, it answers like one that is closed.
            var isClosed = File.Exists(Closed) || context.Request.Path == "/closed";
            context.Response.StatusCode = isClosed ? 503 : OpenAnswer;
            context.Response.Headers.Location = "/closed";
            return Task.CompletedTask;
        });

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        evidence.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Commands_run_in_the_environments_folder_and_the_probe_is_believed()
    {
        var run = Run("touch closed", "rm closed");

        var on = await MaintenanceSteps.OnAsync(run, Ignored, Token);
        var closed = await MaintenanceSteps.ProbeAsync(run, Token);
        var off = await MaintenanceSteps.OffAsync(run, Ignored, Token);
        var opened = await MaintenanceSteps.ProbeAsync(run, Token);

        Assert.Equal((Verdict.Pass, true), (on.Verdict, closed));
        Assert.Equal($"the old application is closed: {application.Address} answers 503", on.Summary);
        Assert.Equal((Verdict.Pass, false), (off.Verdict, opened));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(500)]
    public async Task A_command_that_ends_well_and_closes_nothing_is_a_failure(int answer)
    {
        OpenAnswer = answer;

        var result = await MaintenanceSteps.OnAsync(Run("true", "true"), Ignored, Token);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.StartsWith(
            $"source.maintenance.on ended well, but {application.Address} answers {answer} after 1 s; expected 503. ",
            result.Summary
        );
    }

    [Fact]
    public async Task The_probe_is_asked_until_the_application_has_closed()
    {
        var result = await MaintenanceSteps.OnAsync(
            Run("(sleep 0.5; touch closed) >&- 2>&- &", "true"),
            Ignored,
            Token
        );

        Assert.Equal(Verdict.Pass, result.Verdict);
    }

    [Fact]
    public async Task A_command_that_fails_is_told_by_its_last_line_without_secrets()
    {
        var result = await MaintenanceSteps.OnAsync(
            Run("echo begun; echo 'refused token=hunter2 postgres://me:hunter2@old/db'; exit 7", "true"),
            Ignored,
            Token
        );

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.StartsWith("source.maintenance.on ended with exit code 7: refused *** ***; ", result.Summary);
        Assert.DoesNotContain("hunter2", result.Summary);
    }

    [Fact]
    public async Task A_command_that_fails_where_the_application_is_closed_already_is_a_warning()
    {
        await File.WriteAllTextAsync(Closed, "", Token);

        var result = await MaintenanceSteps.OnAsync(Run("exit 1", "true"), Ignored, Token);

        Assert.Equal(Verdict.Warn, result.Verdict);
        Assert.Contains("but the old application is closed", result.Summary);
    }

    [Fact]
    public async Task A_command_that_does_not_end_is_ended_after_its_time()
    {
        var result = await MaintenanceSteps.OffAsync(Run("true", "echo waiting; exec sleep 600"), Ignored, Token);

        // The application was open all the time.
        Assert.Equal(Verdict.Warn, result.Verdict);
        Assert.StartsWith(
            "source.maintenance.off did not end within 1 s and was ended: waiting; but the old application is open",
            result.Summary
        );
    }

    [Fact]
    public async Task A_cancelled_step_ends_the_command_and_says_nothing_of_time()
    {
        using var cancel = new CancellationTokenSource();
        var run = Run("touch begun; exec sleep 600", "true", TimeSpan.FromMinutes(10));
        var step = MaintenanceSteps.OnAsync(run, Ignored, cancel.Token);
        while (!File.Exists(Path.Combine(folder, "begun")) && !step.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
    }

    [Fact]
    public async Task An_environment_without_maintenance_is_told_and_nothing_is_pretended()
    {
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage),
            Given.Plan("source: units"),
            evidence,
            TimeProvider.System
        );

        var result = await MaintenanceSteps.OnAsync(run, Ignored, Token);

        Assert.Equal(Verdict.Warn, result.Verdict);
        Assert.StartsWith("absent: the environment's file has no source.maintenance", result.Summary);
        Assert.Null(await MaintenanceSteps.ProbeAsync(run, Token));
    }

    private RunContext Run(string on, string off, TimeSpan? within = null) =>
        new(
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Maintenance = new MaintenanceSettings(on, off, application.Address)
                {
                    Folder = folder,
                    Within = within ?? TimeSpan.FromSeconds(1),
                },
            },
            Given.Plan("source: units"),
            evidence,
            TimeProvider.System
        );
}
