using System.Reflection;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

public sealed class FindingTests(Servers servers)
{
    private static readonly IReadOnlyList<PreflightCase> Cases =
    [
        .. PlanCases.All,
        .. ValueCases.All,
        .. UniqueCases.All,
        .. ForeignKeyCases.All,
        .. ConstraintCases.All,
        .. UserCases.All,
        .. AccountCases.All,
        .. TargetCases.All,
        .. ServerCases.All,
    ];

    private static readonly string[] Codes =
    [
        .. typeof(FindingCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Order(),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task One_pair_of_schemas_triggers_the_finding_and_its_sibling_does_not(string name)
    {
        var @case = Cases.Single(item => item.Name == name);
        var found = await PreflightRun.FindingsAsync(servers, @case, TestContext.Current.CancellationToken);

        var finding = Assert.Single(found, finding => finding.Code == @case.Code && finding.Subject == @case.Subject);
        Assert.Equal((@case.Verdict, @case.Rows), (finding.Verdict, finding.Rows));
        Assert.Equal(@case.Examples, finding.Examples);
        Assert.All(found, other => Assert.Contains(other.Code, Codes));
        Assert.Equal(
            [@case.Code],
            found
                .Where(other => other.Verdict != Verdict.Warn)
                .Select(other => other.Code)
                .Append(@case.Code)
                .Distinct()
        );

        var mended = await PreflightRun.FindingsAsync(
            servers,
            @case.Mended(@case),
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain(
            mended,
            other => other.Code == @case.Code || other.Verdict is Verdict.Fail or Verdict.Inconclusive
        );
    }

    [Fact]
    public void Every_kind_of_finding_has_its_pair() =>
        Assert.Equal(Codes, Cases.Select(item => item.Code).Distinct().Order());
}
