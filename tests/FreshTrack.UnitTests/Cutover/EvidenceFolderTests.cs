using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover;

public sealed class EvidenceFolderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 2, 0, 0, TimeSpan.Zero);

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public void A_folder_that_one_run_writes_is_refused_to_another_until_it_is_done()
    {
        var first = EvidenceFolder.Open(runs, "one-move");

        Assert.StartsWith(
            $"Another run is writing to {first.Path}.",
            Assert.Throws<RefusedException>(() => EvidenceFolder.Open(runs, "one-move")).Message
        );

        first.Dispose();
        EvidenceFolder.Open(runs, "one-move").Dispose();
        Assert.Empty(Directory.EnumerateFiles(first.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_folder_that_is_being_written_or_judged_is_not_judged()
    {
        var writing = EvidenceFolder.Open(runs, "one-rehearsal");
        Assert.StartsWith(
            $"Another run is writing to {writing.Path}.",
            Assert.Throws<RefusedException>(() => EvidenceFolder.HoldExisting(writing.Path)).Message
        );
        writing.Dispose();

        using var judging = EvidenceFolder.HoldExisting(writing.Path);

        Assert.Throws<RefusedException>(() => EvidenceFolder.HoldExisting(writing.Path));
        Assert.Throws<RefusedException>(() => EvidenceFolder.Open(runs, "one-rehearsal"));
    }

    [Theory]
    [InlineData("timeline.json.tmp")]
    [InlineData("SHA256SUMS.tmp")]
    public async Task What_a_killed_process_left_half_written_is_no_evidence_of_the_run_that_goes_on(string name)
    {
        var killed = EvidenceFolder.Open(runs, "one-cutover");
        await killed.WriteTextAsync(name, "half", TestContext.Current.CancellationToken);
        killed.Dispose();

        using var next = EvidenceFolder.Open(runs, "one-cutover");

        Assert.False(File.Exists(next.PathOf(name)));
    }

    [Fact]
    public async Task What_is_sealed_stays_in_the_folder()
    {
        var first = EvidenceFolder.Open(runs, "one-cutover");
        await first.WriteTextAsync("note.tmp", "sealed", TestContext.Current.CancellationToken);
        await Seal.WriteAsync(first.Path, TestContext.Current.CancellationToken);
        first.Dispose();

        using var next = EvidenceFolder.Open(runs, "one-cutover");

        await Seal.VerifyAsync(next.Path, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_and_not_made()
    {
        var missing = Path.Combine(runs, "missing");

        Assert.StartsWith(
            $"There is no folder '{missing}'.",
            Assert.Throws<RefusedException>(() => EvidenceFolder.HoldExisting(missing)).Message
        );
        Assert.False(EvidenceFolder.IsHeld(missing));
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public void What_a_killed_run_left_does_not_hold_the_folder()
    {
        Directory.CreateDirectory(Path.Combine(runs, "one-move"));
        File.WriteAllText(Path.Combine(runs, "one-move", ".writing"), "");

        EvidenceFolder.Open(runs, "one-move").Dispose();
    }

    [Fact]
    public void Two_runs_of_the_same_millisecond_do_not_share_a_folder()
    {
        EvidenceFolder.Create(runs, "rehearsal", Now).Dispose();

        Assert.Throws<RefusedException>(() => EvidenceFolder.Create(runs, "rehearsal", Now));
    }

    [Fact]
    public void The_newest_rehearsal_is_found_behind_newer_moves_and_verifications()
    {
        EvidenceFolder.Create(runs, "rehearsal", Now).Dispose();
        EvidenceFolder.Create(runs, "rehearsal", Now.AddHours(1)).Dispose();
        EvidenceFolder.Create(runs, "verification", Now.AddHours(2)).Dispose();

        Assert.Equal("20260115T030000.000Z-rehearsal", Path.GetFileName(EvidenceFolder.NewestRehearsal(runs)));
    }

    [Fact]
    public void Without_a_rehearsal_the_refusal_says_how_to_make_one()
    {
        EvidenceFolder.Create(runs, "move", Now).Dispose();

        Assert.Contains(
            "./build.sh Rehearse",
            Assert.Throws<RefusedException>(() => EvidenceFolder.NewestRehearsal(runs)).Message
        );
    }
}
