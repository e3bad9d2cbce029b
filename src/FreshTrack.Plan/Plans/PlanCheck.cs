namespace FreshTrack.Plan;

/// <summary>A condition of the plan's own that preflight asks the source for, one entry of <c>checks</c>.</summary>
/// <param name="Name">Kebab-case, as it stands in evidence.</param>
/// <param name="Severity">What a row that is found means: <see cref="Verdict.Warn"/> or <see cref="Verdict.Fail"/>.
/// </param>
/// <param name="Query">One SELECT over the source. Each row that it returns is one case; none is a pass.</param>
/// <param name="Message">What a case means and what to do about it.</param>
/// <param name="Line">Line of the plan file on which the check starts.</param>
public sealed record PlanCheck(string Name, Verdict Severity, string Query, string Message, int Line = 0)
{
    /// <summary>The query as a table, so that nothing but one SELECT can stand in it.</summary>
    public Sql Cases => Sql.Format($"({Sql.Expression($"{Query}\n")}) as found");
}
