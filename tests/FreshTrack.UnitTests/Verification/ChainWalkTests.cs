using FreshTrack.Verification.Rules;

namespace FreshTrack.UnitTests.Verification;

public sealed class ChainWalkTests
{
    private static readonly ChainLink[] Whole =
    [
        Link(1, null, "a"),
        Link(2, "a", "b"),
        Link(3, "b", "c"),
        Link(4, "c", "d"),
    ];

    [Fact]
    public void A_whole_chain_has_no_breaks_in_whatever_order_it_is_read() =>
        Assert.Empty(ChainWalk.Breaks([.. Whole.Reverse()]));

    [Fact]
    public void A_lost_row_breaks_the_link_of_the_next() =>
        Assert.Equal([new(3, "no row has its previous hash")], ChainWalk.Breaks([Whole[0], Whole[2], Whole[3]]));

    [Fact]
    public void A_hash_that_is_not_its_rows_own_is_a_break() =>
        Assert.Equal(
            [new(2, "its hash is not that of its contents")],
            ChainWalk.Breaks([Whole[0], Whole[1] with { IsTrue = false }, Whole[2], Whole[3]])
        );

    [Fact]
    public void A_fork_and_a_second_start_are_breaks()
    {
        Assert.Equal([new(5, "a second row after the same one")], ChainWalk.Breaks([.. Whole, Link(5, "a", "e")]));
        Assert.Equal([new(5, "a second start of the chain")], ChainWalk.Breaks([.. Whole, Link(5, null, "e")]));
    }

    [Fact]
    public void A_ring_is_no_chain() => Assert.Equal(2, ChainWalk.Breaks([Link(1, "b", "a"), Link(2, "a", "b")]).Count);

    [Fact]
    public void A_chain_whose_start_is_lost_is_broken() =>
        Assert.Equal([new(2, "no row has its previous hash")], ChainWalk.Breaks([Whole[1], Whole[2], Whole[3]]));

    [Fact]
    public void A_row_after_two_rows_of_one_hash_is_met_once() =>
        Assert.Equal([new(5, "a second row after the same one")], ChainWalk.Breaks([.. Whole, Link(5, "a", "b")]));

    private static ChainLink Link(long row, string? previous, string hash) =>
        new(row, previous is null ? null : ChainLink.Short(previous), ChainLink.Short(hash), IsTrue: true);
}
