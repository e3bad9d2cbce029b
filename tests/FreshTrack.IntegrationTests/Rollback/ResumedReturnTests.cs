using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.IntegrationTests.Rollback;

public sealed class ResumedReturnTests(Servers servers)
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(15)]
    public async Task Return_that_was_killed_continues_and_counts_no_row_twice(int reports)
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);
        await Assert.ThrowsAsync<KilledException>(() =>
            stage.TakeAsync(ReturnRowSteps.ApplyAsync, new Killing(reports))
        );
        stage.Restart();

        var report = await stage.ReturnAsync();

        await stage.AreEqualAsync();
        Assert.All(report.Tables, table => Assert.Equal(table.Found, table.Written));
        Assert.Equal(1510, report.Tables.Sum(table => table.Written.Inserted));
        Assert.Equal(306, report.Tables.Sum(table => table.Written.Deleted));
    }

    [Fact]
    public async Task Return_that_ended_may_be_repeated()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);
        var first = await stage.ReturnAsync();
        stage.Restart();

        var second = await stage.ReturnAsync();

        await stage.AreEqualAsync();
        Assert.Equal(
            first.Tables.Select(table => (table.Source, table.Written)),
            second.Tables.Select(table => (table.Source, table.Written))
        );
    }

    [Fact]
    public async Task Written_rows_of_a_killed_return_are_in_the_evidence()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);
        await Assert.ThrowsAsync<KilledException>(() => stage.TakeAsync(ReturnRowSteps.ApplyAsync, new Killing(3)));

        var report = await stage.ReportAsync();

        Assert.InRange(report.Tables.Sum(table => table.Written.Total), 1, 2000);
    }

    private sealed class KilledException : Exception;

    /// <summary>Ends the process, as far as a test can, when so many batches are committed.</summary>
    private sealed class Killing(int reports) : IProgress<StepProgress>
    {
        private int seen;

        public void Report(StepProgress value)
        {
            if (++seen == reports)
            {
                throw new KilledException();
            }
        }
    }
}
