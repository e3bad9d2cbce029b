using FreshTrack.Cutover.Journal;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class JournalFileTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("journal").FullName, "journal.jsonl");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public async Task Entries_are_on_the_disk_while_the_run_goes_on()
    {
        await using var journal = JournalFile.Create(path, new FakeTimeProvider());
        await journal.AppendAsync(JournalEvent.StepStarted, "freeze.apply");
        await journal.AppendAsync(JournalEvent.StepEnded, "freeze.apply", "Pass");

        var entries = await JournalFile.ReadAsync(path, Token);

        Assert.Equal([1L, 2L], entries.Select(entry => entry.Sequence));
        Assert.Equal("Pass", entries[1].Outcome);
    }

    [Fact]
    public async Task What_a_step_left_is_read_back()
    {
        await WriteAsync();

        var output = (await JournalFile.ReadAsync(path, Token))[^1].Output;

        Assert.Equal(7, output!["rows"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_line_that_a_crash_left_torn_is_cut_off_and_the_journal_continues()
    {
        await WriteAsync();
        await File.AppendAllTextAsync(path, """{"sequence":4,"previous":"ab""", Token);

        await using (var journal = await JournalFile.OpenAsync(path, new FakeTimeProvider(), Token))
        {
            Assert.Equal(3, journal.Entries.Count);
            await journal.AppendAsync(JournalEvent.RunResumed, "run");
        }

        var entries = await JournalFile.ReadAsync(path, Token);
        Assert.Equal([1L, 2L, 3L, 4L], entries.Select(entry => entry.Sequence));
        Assert.Equal(JournalEvent.RunResumed, entries[^1].Event);
    }

    public static TheoryData<string, Func<string[], string[]>, int> Edits =>
        new()
        {
            { "an outcome is edited", lines => [lines[0], lines[1].Replace("export", "import"), lines[2]], 3 },
            { "a line is taken out", lines => [lines[0], lines[2]], 2 },
            { "the first line is taken out", lines => lines[1..], 1 },
            { "two lines are swapped", lines => [lines[0], lines[2], lines[1]], 2 },
            { "a line stands twice", lines => [lines[0], lines[1], lines[1], lines[2]], 3 },
            { "a line is no JSON", lines => [lines[0], "…", lines[2]], 2 },
            { "an unknown event", lines => [lines[0].Replace("RunStarted", "RunBegun"), lines[1], lines[2]], 1 },
        };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task An_edited_journal_is_refused_with_the_line(string edit, Func<string[], string[]> change, int line)
    {
        await WriteAsync();
        var lines = await File.ReadAllLinesAsync(path, Token);
        await File.WriteAllTextAsync(path, string.Concat(change(lines).Select(text => text + "\n")), Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            JournalFile.OpenAsync(path, new FakeTimeProvider(), Token)
        );

        Assert.True(refused.Message.Contains($"changed in line {line} or before it"), $"{edit}: {refused.Message}");
        Assert.Contains(path, refused.Message);
    }

    private async Task WriteAsync()
    {
        await using var journal = JournalFile.Create(path, new FakeTimeProvider());
        await journal.AppendAsync(JournalEvent.RunStarted, "run");
        await journal.AppendAsync(JournalEvent.StepStarted, "export.parts");
        await journal.AppendAsync(JournalEvent.StepEnded, "export.parts", "Pass", "done", new { Rows = 7 });
    }
}
