using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class CatalogColumnTests
{
    [Theory]
    [InlineData("nextval('public.units_id_seq'::regclass)", true)]
    [InlineData("pg_catalog.nextval('public.units_id_seq'::regclass)", true)]
    [InlineData("'U' || nextval('public.\"unit''s numbers\"'::regclass)", true)]
    [InlineData("lpad((pg_catalog.nextval('public.numbers'::regclass))::text, 6, '0'::text)", true)]
    [InlineData("'nextval(''numbers'')'::text", false)]
    [InlineData("my_nextval('numbers'::text)", false)]
    [InlineData("public.nextval('numbers'::text)", false)]
    [InlineData("now()", false)]
    [InlineData(null, false)]
    public void A_default_that_takes_the_next_value_of_a_sequence_numbers_its_column(string? sql, bool numbered) =>
        Assert.Equal(numbered, Column with { Default = sql } is { IsNumbered: true });

    [Fact]
    public void An_identity_column_is_numbered() => Assert.True((Column with { IsIdentity = true }).IsNumbered);

    private static CatalogColumn Column => new("id", "bigint", "bigint", NeedsCast: false);
}
