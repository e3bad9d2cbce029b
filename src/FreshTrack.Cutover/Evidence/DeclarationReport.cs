using FreshTrack.Verification.Declarations;

namespace FreshTrack.Cutover.Evidence;

/// <summary>What the target declared before the import and after it: the content of <c>declarations.json</c>.</summary>
/// <param name="Before">Read once, before the import takes indexes and keys off; a resumed run keeps it.</param>
/// <param name="After">Null until the import has put everything back.</param>
public sealed record DeclarationReport(IReadOnlyList<Declaration> Before, IReadOnlyList<Declaration>? After);
