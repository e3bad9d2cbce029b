using FreshTrack.Analyzers;
using FreshTrack.Analyzers.CodeFixes;

namespace FreshTrack.UnitTests.Analyzers;

public sealed class PassIsEarnedTests
{
    [Theory]
    [InlineData("try { return Run(); } catch (System.IO.IOException) { return [|Verdict.Pass|]; }")]
    [InlineData("try { return Run(); } catch { return bad ? Verdict.Fail : [|Verdict.Pass|]; }")]
    [InlineData("try { return Run(); } catch { return [|StepResult.Pass(\"fine\")|].Verdict; }")]
    [InlineData("return rows switch { > 0 => Verdict.Fail, _ => [|Verdict.Pass|] };")]
    [InlineData("return rows switch { > 0 => Verdict.Fail, var other => [|Verdict.Pass|] };")]
    [InlineData("return (rows, bad) switch { (0, _) => Verdict.Fail, (_, _) => [|Verdict.Pass|] };")]
    [InlineData("return rows switch { > 0 => Verdict.Fail, _ => new StepResult([|Verdict.Pass|], \"\").Verdict };")]
    [InlineData("switch (rows) { case 1: return Verdict.Fail; default: return [|Verdict.Pass|]; }")]
    [InlineData("switch (rows) { case 1: default: return [|Verdict.Pass|]; }")]
    [InlineData("return known ?? [|Verdict.Pass|];")]
    [InlineData("return known.GetValueOrDefault([|Verdict.Pass|]);")]
    public Task A_pass_for_want_of_a_verdict_is_refused(string body) =>
        Rule.AppliesAsync<PassIsEarnedAnalyzer>(In(body));

    [Theory]
    [InlineData("try { return Verdict.Pass; } catch { return Verdict.Inconclusive; }")]
    [InlineData("try { Run(); } catch (System.Exception) when (known == Verdict.Pass) { } return Verdict.Fail;")]
    [InlineData(
        "try { Run(); } catch { if (known == Verdict.Pass || known is Verdict.Pass) { throw; } } return Verdict.Fail;"
    )]
    [InlineData("try { Run(); } finally { } return bad ? Verdict.Fail : Verdict.Pass;")]
    [InlineData("return rows switch { 0 => Verdict.Inconclusive, > 0 => Verdict.Pass, _ => Verdict.Fail };")]
    [InlineData("return rows switch { 0 => Verdict.Inconclusive, _ when !bad => Verdict.Pass, _ => Verdict.Fail };")]
    [InlineData("return rows switch { 0 => Verdict.Inconclusive, _ => bad ? Verdict.Fail : Verdict.Pass };")]
    [InlineData("switch (known) { case Verdict.Pass: default: return Verdict.Fail; }")]
    [InlineData("return known ?? Verdict.Inconclusive;")]
    [InlineData("return known.GetValueOrDefault(Verdict.Inconclusive);")]
    [InlineData("var rest = System.Linq.Enumerable.Append(all, Verdict.Pass); return rest.Worst();")]
    [InlineData(
        "return rows switch { > 0 => Verdict.Fail, _ => Other.Pass == Other.Pass ? Verdict.Fail : Verdict.Warn };"
    )]
    [InlineData("Verdict? none = default; return none is null ? Verdict.Inconclusive : Verdict.Fail;")]
    [InlineData("return default;")]
    [InlineData("return System.Linq.Enumerable.FirstOrDefault(all);")]
    public Task A_pass_that_was_judged_is_allowed(string body) => Rule.AppliesAsync<PassIsEarnedAnalyzer>(In(body));

    [Theory]
    [InlineData("private Verdict verdict = [|Verdict.Pass|];")]
    [InlineData("public Verdict Verdict { get; set; } = [|Verdict.Pass|];")]
    [InlineData("private StepResult result = [|StepResult.Pass(\"\")|];")]
    [InlineData("private static StepResult Make([|Verdict verdict = Verdict.Pass|]) => new(verdict, \"\");")]
    public Task A_pass_from_the_beginning_is_refused(string member) =>
        Rule.AppliesAsync<PassIsEarnedAnalyzer>(With(member));

    [Theory]
    [InlineData("private Verdict verdict = Verdict.Inconclusive;")]
    [InlineData("public Verdict Verdict => Verdict.Pass;")]
    [InlineData("private static readonly System.Func<bool, Verdict> Judge = bad => bad ? Verdict.Fail : Verdict.Pass;")]
    [InlineData("private static StepResult Make(Verdict verdict = Verdict.Inconclusive) => new(verdict, \"\");")]
    public Task Other_members_are_allowed(string member) => Rule.AppliesAsync<PassIsEarnedAnalyzer>(With(member));

    [Fact]
    public Task Pass_is_turned_into_Inconclusive() =>
        Rule.IsFixedAsync<PassIsEarnedAnalyzer, InconclusiveFix>(
            In("try { return Run(); } catch { return [|Verdict.Pass|]; }"),
            In("try { return Run(); } catch { return Verdict.Inconclusive; }")
        );

    private static string In(string body) =>
        With(
            $$"""
            enum Other { Pass }
                Verdict Run() => Verdict.Fail;
                Verdict M(long rows, bool bad, Verdict? known, Verdict[] all)
                {
                    {{body}}
                }
            """
        );

    private static string With(string member) =>
        $$"""
            using FreshTrack.Plan;
            using FreshTrack.Cutover.Runbooks;
            class C
            {
                {{member}}
            }
            """;
}
