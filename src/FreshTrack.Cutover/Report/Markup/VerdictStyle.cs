using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>What a verdict looks like: a mark, a word and a class, so that it never hangs on colour alone.</summary>
public static class VerdictStyle
{
    public static string Class(Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass => "pass",
            Verdict.Warn => "warn",
            Verdict.Fail => "fail",
            _ => "open",
        };

    public static string Mark(Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass => "✓",
            Verdict.Warn => "!",
            Verdict.Fail => "✗",
            _ => "?",
        };

    /// <summary>A small label: <c>✓ Pass</c>.</summary>
    public static Html Badge(Verdict verdict) =>
        Html.Of(
            $"""
            <span class="badge {Class(verdict)}"
            ><span aria-hidden="true">{Mark(verdict)}</span> {verdict.ToString()}</span>
            """
        );
}
