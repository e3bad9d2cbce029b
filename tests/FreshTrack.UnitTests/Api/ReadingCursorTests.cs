using CsCheck;
using FreshTrack.Api.Readings;

namespace FreshTrack.UnitTests.Api;

public sealed class ReadingCursorTests
{
    [Fact]
    public void Every_cursor_is_read_back_as_it_was() =>
        Gen.Select(Gen.Long[ReadingTimes.Earliest.Ticks, ReadingTimes.Latest.Ticks], Gen.Guid)
            .Sample(
                (ticks, id) =>
                {
                    var cursor = new ReadingCursor(new DateTime(ticks, DateTimeKind.Utc), id);
                    Assert.True(ReadingCursor.TryParse(cursor.ToString(), out var read));
                    Assert.Equal(cursor, read);
                }
            );

    [Fact]
    public void No_text_is_an_error_of_ours_and_what_is_taken_is_what_was_given() =>
        Gen.String.Sample(text =>
            Assert.True(!ReadingCursor.TryParse(text, out var cursor) || cursor.ToString() == text)
        );

    [Fact]
    public void Cursor_of_another_version_is_refused()
    {
        var text = new ReadingCursor(new DateTime(2026, 1, 15, 0, 0, 0, DateTimeKind.Utc), Guid.Empty).ToString();

        Assert.StartsWith("AQ", text);
        Assert.False(ReadingCursor.TryParse($"Ag{text[2..]}", out _));
    }
}
