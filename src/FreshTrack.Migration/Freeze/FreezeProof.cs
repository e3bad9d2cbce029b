using System.Text.Json.Serialization;
using FreshTrack.Clients.SupabaseAuth;

namespace FreshTrack.Migration.Freezing;

/// <summary>One attempt to write, made so that even success would have changed nothing.</summary>
/// <param name="Outcome">What the server answered.</param>
public sealed record WriteAttempt(string Role, string Table, bool WasRefused, string Outcome);

/// <summary>A role that this session may not become, so that its write was not tried.</summary>
/// <param name="MayWrite">Whether somebody can act as it who has the right to write, and nothing else has proved that
/// the write is refused.</param>
public sealed record UntriedRole(string Role, string Reason, bool MayWrite);

/// <param name="State">The tables as the proof left them.</param>
/// <param name="Open">What does not hold: writes that would have
/// gone through, tables that changed. Empty when frozen.</param>
/// <param name="NotTried">Roles that this session may not become, each with what is known about it instead.</param>
/// <param name="Service">What became of the write through Supabase Auth; null where its address is not given.</param>
public sealed record FreezeProof(
    DateTimeOffset TakenAt,
    IReadOnlyList<WriteAttempt> Attempts,
    SourceState State,
    IReadOnlyList<string> Open,
    IReadOnlyList<UntriedRole> NotTried,
    ServiceWriteAttempt? Service
)
{
    /// <summary>Nothing that was tried could write. <see cref="Unproven"/> says what else there may be.</summary>
    public bool Holds => Open.Count == 0 && Attempts.Count > 0;

    /// <summary>Roles that may be able to write.</summary>
    [JsonIgnore]
    public IEnumerable<UntriedRole> Unproven => NotTried.Where(role => role.MayWrite);
}

/// <param name="Tables">Tables that refuse writes now.</param>
/// <param name="NotPermitted">What this role was not allowed to do, in words;
/// the freeze stands on its triggers without it.</param>
public sealed record FreezeResult(IReadOnlyList<string> Tables, IReadOnlyList<string> NotPermitted);
