using Spectre.Console.Rendering;

namespace FreshTrack.Build.Rehearsing;

/// <summary>How work under way is shown: as a line, or on a terminal as something that is drawn anew in its
/// place.</summary>
public sealed record LiveView<T>(Func<T, string> Line, Func<T, IRenderable> Drawing);
