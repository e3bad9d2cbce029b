namespace FreshTrack.Cutover.Gating;

/// <summary>How every line of a verdict was reached, for <c>Gate --explain</c>: equal verdicts give equal
/// text.</summary>
public static class Explanation
{
    /// <summary>A block a criterion, in the verdict's order: name and verdict, source, rule, figures.</summary>
    public static IEnumerable<string> Of(GateResult gate)
    {
        yield return $"policy {gate.Policy ?? "not read from a file"}";
        yield return $"seal   {gate.Seal ?? "not read from a folder"}";
        foreach (var line in gate.Criteria)
        {
            yield return "";
            yield return $"{line.Verdict}  {line.Name}: {line.Measured}, wanted {line.Wanted}";
            yield return "    from  " + $"{line.Derivation?.Source ?? "not recorded; judge the folder again"}";
            if (line.Derivation is { } derivation)
            {
                yield return $"    rule  {derivation.Rule}";
                foreach (var figure in derivation.Figures)
                {
                    yield return $"          {figure}";
                }
            }
        }
    }
}
