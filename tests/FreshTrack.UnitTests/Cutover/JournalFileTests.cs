using FreshTrack.Cutover.Journal;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class JournalFileTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("journal").FullName, "journal.jsonl");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public async Task Entries_are_on_the_disk_while_the_run_goes_on()
    {
        await using var journal = JournalFile.Create(path, new FakeTimeProvider());
        await journal.AppendAsync(
            JournalEvent.StepStarted,
            "freeze.apply",
            cancellationToken: TestContext.Current.CancellationToken
        );
        await journal.AppendAsync(
            JournalEvent.StepEnded,
            "freeze.apply",
            "Pass",
            cancellationToken: TestContext.Current.CancellationToken
        );

        var entries = await JournalFile.ReadAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal([1L, 2L], entries.Select(entry => entry.Sequence));
        Assert.Equal("Pass", entries[1].Outcome);
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_off_is_left_out()
    {
        await using (var journal = JournalFile.Create(path, new FakeTimeProvider()))
        {
            await journal.AppendAsync(
                JournalEvent.StepStarted,
                "freeze.apply",
                cancellationToken: TestContext.Current.CancellationToken
            );
        }

        await File.AppendAllTextAsync(path, """{"sequence":2,"at":""", TestContext.Current.CancellationToken);

        Assert.Single(await JournalFile.ReadAsync(path, TestContext.Current.CancellationToken));
    }
}
