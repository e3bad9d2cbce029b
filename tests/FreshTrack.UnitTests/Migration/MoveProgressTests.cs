using FreshTrack.Migration;

namespace FreshTrack.UnitTests.Migration;

public sealed class MoveProgressTests
{
    [Theory]
    [InlineData(0, 8L, 0.0)]
    [InlineData(2, 8L, 0.25)]
    [InlineData(9, 8L, 1.0)]
    [InlineData(2, 0L, null)]
    [InlineData(2, null, null)]
    public void The_share_is_that_of_the_planned_rows_and_never_more_than_all(
        long rows,
        long? planned,
        double? share
    ) => Assert.Equal(share, Export(rows, planned).Share);

    [Fact]
    public void An_export_is_told_with_its_share_speed_and_time_left() =>
        Assert.Equal("units 25%, 2 rows/s, 3.0 MB/s, 3 s left", MoveProgressText.Of(Export(2, 8)));

    [Fact]
    public void A_share_that_is_unknown_is_not_told() =>
        Assert.Equal("units 2 rows/s, 3.0 MB/s", MoveProgressText.Of(Export(2, null)));

    [Fact]
    public void Indexes_are_counted() =>
        Assert.Equal(
            "indexes and keys, 2 of 8 done, now units",
            MoveProgressText.Of(Export(2, 8) with { Activity = "indexes" })
        );

    private static MoveProgress Export(long rows, long? planned) =>
        new("export", "units", rows, planned, 3_000_000, TimeSpan.FromSeconds(1));
}
