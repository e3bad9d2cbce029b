using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rehearsals;

/// <summary>Whether a cutover may start.</summary>
/// <param name="Folder">The rehearsal's evidence; null when there is none.</param>
/// <param name="Refusals">Every reason against it; empty when it may start.</param>
/// <param name="Accepted">What a stage or an override let pass, to be shown and kept in the journal.</param>
public sealed record PreconditionResult(string? Folder, IReadOnlyList<Refusal> Refusals, IReadOnlyList<string> Accepted)
{
    /// <exception cref="RefusedException">There is a reason against it; the message names all of them.</exception>
    public void Demand()
    {
        if (Refusals.Count > 0)
        {
            throw new RefusedException(
                string.Join(
                    "\n  ",
                    Refusals
                        .Select(refusal => $"{refusal}")
                        .Prepend($"Cutover is refused by its rehearsal{(Folder is null ? "" : $" {Folder}")}:")
                )
            );
        }
    }
}
