using FreshTrack.Cutover.Journal;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>One procedure whose process is killed with SIGKILL again and again, and started again with the same
/// command.</summary>
/// <param name="every">It dies at every so many events that its journal had not held before, and at its first and
/// last.</param>
internal sealed class KilledTarget(PracticeNight night, string target, string kind, int every)
{
    private readonly HashSet<string> known = [];

    /// <summary>The events at which it was killed.</summary>
    public List<string> Kills { get; } = [];

    /// <summary>Events that its journal holds, without what says that it was resumed.</summary>
    public int Events => known.Count;

    /// <summary>What the last process printed.</summary>
    public string Text { get; private set; } = "";

    /// <returns>The exit code of the process that came to the end.</returns>
    public async Task<int> RunAsync(IReadOnlyDictionary<string, string?> answers, CancellationToken cancellationToken)
    {
        var journal = new JournalWatch(night.Runs, kind, JournalWatch.NewestOf(night.Runs, kind));
        while (true)
        {
            await using var terminal = night.Target(target);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var answering = terminal.AnswerAllAsync(answers, stop.Token);
            // On a thread of its own: a late look would find the process far behind the event that it is to die at.
            var at = await Task.Factory.StartNew(
                () => WaitForDeath(journal, answering, cancellationToken),
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            if (at is null)
            {
                Text = terminal.Text;
                return await answering;
            }

            if (!await terminal.KillProgramAsync(cancellationToken))
            {
                Text = terminal.Text;
                return await answering;
            }

            await answering;
            // Where it died: it may have written more before the signal came, of which the next process must not die.
            Kills.Add(Learn(journal).LastOrDefault() ?? at);
        }
    }

    /// <returns>The event at which it is to die; null when it has ended by itself.</returns>
    private string? WaitForDeath(JournalWatch journal, Task answering, CancellationToken cancellationToken)
    {
        while (!answering.IsCompleted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = known.Count;
            var learned = Learn(journal);
            if (known.Count / every > before / every || learned.Exists(IsEdge))
            {
                return learned[^1];
            }

            cancellationToken.WaitHandle.WaitOne(millisecondsTimeout: 1);
        }

        return null;
    }

    /// <returns>What the journal holds and did not hold before, in its order.</returns>
    private List<string> Learn(JournalWatch journal) =>
        [.. journal.ReadNew().Where(IsCounted).Select(entry => KeyOf(entry, journal.RunId!)).Where(known.Add)];

    private static bool IsCounted(JournalEntry entry) =>
        entry.Event is not (JournalEvent.RunResumed or JournalEvent.StepRestored);

    private static bool IsEdge(string key) =>
        key is $"{nameof(JournalEvent.RunStarted)} " or $"{nameof(JournalEvent.RunEnded)} ";

    private static string KeyOf(JournalEntry entry, string run) =>
        $"{entry.Event} {(entry.Subject == run ? "" : entry.Subject)}";
}
