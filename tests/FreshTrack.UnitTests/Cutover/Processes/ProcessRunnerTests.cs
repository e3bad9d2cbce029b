using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Processes;

public sealed class ProcessRunnerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("processes").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Note => Path.Combine(folder, "note");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Exit_code_is_returned_whatever_it_is() => Assert.Equal(3, await Shell("exit 3").RunAsync(Cancel));

    [Fact]
    public async Task Program_that_is_not_there_is_refused_without_its_arguments()
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() =>
            Cli.Wrap("freshtrack-no-such-program").WithArguments(["hunter2"]).RunAsync(Cancel)
        );

        Assert.StartsWith("Cannot start 'freshtrack-no-such-program': ", refusal.Message);
        Assert.EndsWith("Install it or put it on the PATH.", refusal.Message);
        Assert.DoesNotContain("hunter2", refusal.ToString());
    }

    [Fact]
    public async Task Cancelled_program_may_end_in_order()
    {
        await CancelledAsync(
            $"trap 'echo tidied >> {Note}; exit 0' TERM; echo started > {Note}; while :; do sleep 0.01; done"
        );

        Assert.Equal("started\ntidied\n", await File.ReadAllTextAsync(Note, Cancel));
    }

    [Fact]
    public async Task Program_that_does_not_end_in_time_is_killed_with_what_it_started()
    {
        await CancelledAsync($"trap '' TERM; sleep 600 & echo $! > {Note}; wait; wait; sleep 600", TimeSpan.Zero);

        var child = $"/proc/{(await File.ReadAllTextAsync(Note, Cancel)).Trim()}/stat";
        // The signal is sent by then; a busy machine takes a moment to end the child.
        for (var i = 0; i < 4000 && await IsAliveAsync(child); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }

        Assert.False(await IsAliveAsync(child));
    }

    [Fact]
    public async Task Cancelled_before_its_start_nothing_runs()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Shell($"echo started > {Note}").RunAsync(new CancellationToken(canceled: true))
        );

        Assert.False(File.Exists(Note));
    }

    [Fact]
    public async Task Measured_are_memory_and_processor_time()
    {
        var run = await Shell("i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done; exit 2").MeasureAsync(Cancel);

        Assert.Equal(2, run.ExitCode);
        Assert.InRange(run.PeakMemoryBytes, 100_000, 1_000_000_000);
        Assert.InRange(run.ProcessorTime, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(20));
    }

    /// <summary>A killed process without a parent stays as a zombie where no init collects it.</summary>
    private static async Task<bool> IsAliveAsync(string stat)
    {
        try
        {
            return !(await File.ReadAllTextAsync(stat, Cancel)).Contains(") Z");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Command Shell(string script) => Cli.Wrap("sh").WithArguments(["-c", script]);

    /// <summary>Cancels the script once it has written its note.</summary>
    private async Task CancelledAsync(string script, TimeSpan? grace = null)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var run = ProcessRunner.RunAsync(Shell(script), started: null, grace ?? TimeSpan.FromSeconds(20), cancel.Token);
        while (!File.Exists(Note) || new FileInfo(Note).Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }
}
