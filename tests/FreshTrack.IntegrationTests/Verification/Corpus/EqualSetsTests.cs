using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>Equal data raises no alarm, whatever the values and in whatever order the rows lie.</summary>
public sealed class EqualSetsTests(CorpusDatabases databases) : IClassFixture<CorpusDatabases>
{
    private static int Sets => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? 1000 : 20;

    [Fact]
    public async Task Equal_sets_pass()
    {
        for (var set = 0; set < Sets; set++)
        {
            await databases.FillAsync($"set{set}", samples: 60, readings: 60);
            var result = await databases.VerifyAsync();
            Assert.True(result.Verdict == Verdict.Pass, $"Set {set}: {string.Join(" | ", result.Checks.Where(check => check.Verdict != Verdict.Pass).Select(check => $"{check.Check} {check.Subject}: {check.Reason}"))}");
        }
    }
}
