using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.States;

namespace FreshTrack.Cutover.Runs;

/// <summary>Who decides in a run, what is compared after each step, and where its journal is kept besides.</summary>
public sealed record RunControl(IDecisions Decisions)
{
    /// <summary>A slice, whose command line was confirmed before: nobody is asked, and no other process knows of the
    /// run.</summary>
    public static RunControl Unattended { get; } = new(new Unattended("nobody"));

    /// <summary>Looks at both systems after each step; null where nothing is compared.</summary>
    public IStateProbe? Probe { get; init; }

    /// <summary>Opens the journal's file; the disk's own when null.</summary>
    internal Func<string, FileMode, FileStream>? OpenJournal { get; init; }

    /// <summary>Null where the run ends with its machine.</summary>
    public JournalMirror? Mirror { get; init; }
}
