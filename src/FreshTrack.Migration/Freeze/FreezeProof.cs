namespace FreshTrack.Migration.Freezing;

/// <summary>One attempt to write, made so that even success would have changed nothing.</summary>
/// <param name="Outcome">What the server answered.</param>
public sealed record WriteAttempt(string Role, string Table, bool WasRefused, string Outcome);

/// <param name="State">The tables as the proof left them.</param>
/// <param name="Open">What does not hold: writes that would have
/// gone through, tables that changed. Empty when frozen.</param>
/// <param name="Unproven">Roles that this session may not take on.</param>
public sealed record FreezeProof(
    DateTimeOffset TakenAt,
    IReadOnlyList<WriteAttempt> Attempts,
    SourceState State,
    IReadOnlyList<string> Open,
    IReadOnlyList<string> Unproven
)
{
    public bool Holds => Open.Count == 0 && Attempts.Count > 0;
}

/// <param name="Tables">Tables that refuse writes now.</param>
/// <param name="NotPermitted">What this role was not allowed to do, in words;
/// the freeze stands on its triggers without it.</param>
public sealed record FreezeResult(IReadOnlyList<string> Tables, IReadOnlyList<string> NotPermitted);
