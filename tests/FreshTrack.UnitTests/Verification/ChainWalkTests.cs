using FreshTrack.Verification.Integrity;

namespace FreshTrack.UnitTests.Verification;

public sealed class ChainWalkTests
{
    private static readonly ChainLink[] Whole = [new("1", null, "a", true), new("2", "a", "b", true), new("3", "b", "c", true), new("4", "c", "d", true)];

    [Fact]
    public void A_whole_chain_has_no_breaks_in_whatever_order_it_is_read() => Assert.Empty(ChainWalk.Breaks([.. Whole.Reverse()]));

    [Fact]
    public void A_lost_row_breaks_the_link_of_the_next() => Assert.Equal(["3 (no row has its previous hash)"], ChainWalk.Breaks([Whole[0], Whole[2], Whole[3]]));

    [Fact]
    public void A_hash_that_is_not_its_rows_own_is_a_break() =>
        Assert.Equal(["2 (its hash is not that of its contents)"], ChainWalk.Breaks([Whole[0], Whole[1] with { IsTrue = false }, Whole[2], Whole[3]]));

    [Fact]
    public void A_fork_and_a_second_start_are_breaks()
    {
        Assert.Equal(["5 (a second row after 1)"], ChainWalk.Breaks([.. Whole, new ChainLink("5", "a", "e", true)]));
        Assert.Equal(["5 (a second start of the chain)"], ChainWalk.Breaks([.. Whole, new ChainLink("5", null, "e", true)]));
    }

    [Fact]
    public void A_ring_is_no_chain() => Assert.Equal(2, ChainWalk.Breaks([new("1", "b", "a", true), new("2", "a", "b", true)]).Count);

    [Fact]
    public void A_chain_whose_start_is_lost_is_broken() => Assert.Equal(["2 (no row has its previous hash)"], ChainWalk.Breaks([Whole[1], Whole[2], Whole[3]]));
}
