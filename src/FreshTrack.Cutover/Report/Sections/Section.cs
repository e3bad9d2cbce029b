using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>A part of the report or the board, under a heading of its own.</summary>
/// <param name="Id">Where the page's contents list and the board's updates find it.</param>
internal sealed record Section(string Id, string Title, Html Body)
{
    public Html Write() =>
        Html.Of(
            $"""
            <section id="{Id}" aria-labelledby="{Id}-title">
            <h2 id="{Id}-title">{Title}</h2>
            {Body}</section>

            """
        );

    /// <summary>What a section says that has nothing to show: why not.</summary>
    public static Html Nothing(string why) => Html.Of($"""<p class="nothing">{why}</p>{"\n"}""");
}
