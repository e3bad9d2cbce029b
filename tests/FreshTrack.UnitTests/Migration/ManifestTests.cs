using System.Text;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Migration;

public sealed class ManifestTests
{
    private static readonly Manifest Sealed = new Manifest(
        "run-1",
        new string('a', 64),
        new DateTimeOffset(2026, 1, 15, 0, 0, 0, 123, TimeSpan.Zero),
        [
            new ManifestTable(
                "public.a",
                "public.a",
                ["id uuid"],
                new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc)
            ),
        ],
        [Part(0, 10), Part(1, 20), Part(2, 30)]
    )
    {
        Source = new SourceState("never", [new TableState("a", 1, 2, 3, 4, IsFrozen: true)]),
        PagesPerChunk = 8,
        Slices = new string('b', 64),
    }.Seal();

    [Fact]
    public void An_untouched_manifest_verifies_after_a_round_trip()
    {
        var read = Manifest.FromJson(Sealed.ToJson(), "manifest.json").Verify();

        Assert.Equal(60, read.Rows);
        Assert.Equal(Sealed.Parts[^1].Chain, read.Parts[^1].Chain);
    }

    [Fact]
    public void An_edited_line_is_found_and_named()
    {
        var edited = Encoding.UTF8.GetString(Sealed.ToJson()).Replace("\"rows\": 20", "\"rows\": 21");

        var error = Assert.Throws<RefusedException>(() =>
            Manifest.FromJson(Encoding.UTF8.GetBytes(edited), "manifest.json").Verify()
        );

        Assert.Contains("entry 2, part 'runs/run-1/public.a/00001.copy.zst'", error.Message);
    }

    [Fact]
    public void Removed_swapped_and_header_edits_are_found()
    {
        Manifest[] edits =
        [
            Sealed with
            {
                Parts = [.. Sealed.Parts.Take(2)],
            },
            Sealed with
            {
                Parts = [.. Sealed.Parts.Take(2)],
                PartCount = 2,
            },
            Sealed with
            {
                Parts = [Sealed.Parts[1], Sealed.Parts[0], Sealed.Parts[2]],
            },
            Sealed with
            {
                PlanHash = new string('b', 64),
            },
            Sealed with
            {
                Parts = [Sealed.Parts[0], Sealed.Parts[2] with { Chain = Sealed.Parts[1].Chain }, Sealed.Parts[2]],
            },
        ];

        Assert.All(edits, edit => Assert.Throws<RefusedException>(edit.Verify));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    public void Other_texts_are_refused(string text) =>
        Assert.Throws<RefusedException>(() => Manifest.FromJson(Encoding.UTF8.GetBytes(text), "manifest.json"));

    private static ManifestPart Part(int chunk, long rows) =>
        new(
            "public.a",
            "public.a",
            chunk,
            $"runs/run-1/public.a/{chunk:D5}.copy.zst",
            rows,
            100,
            50,
            new string('c', 64)
        );
}
