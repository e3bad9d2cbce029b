using FreshTrack.Verification.Declarations;

namespace FreshTrack.UnitTests.Verification;

public sealed class DeclarationDifferenceTests
{
    private static readonly Declaration Key = new(
        DeclarationKind.Constraint,
        "public.readings",
        "readings_unit_fkey",
        "FOREIGN KEY (unit_id) REFERENCES public.units(id)"
    );

    private static readonly Declaration Index = new(
        DeclarationKind.Index,
        "public.readings",
        "readings_time_idx",
        "USING btree (recorded_at)"
    );

    private static readonly Declaration OfPartition = Index with
    {
        Table = "public.readings_2026_01",
        Name = "readings_2026_01_recorded_at_idx",
        Inherits = Index.Name,
    };

    [Fact]
    public void Equal_lists_have_no_difference_in_any_order() => Assert.Empty(Between([Key, Index], [Index, Key]));

    [Fact]
    public void What_is_missing_new_or_another_is_named() =>
        Assert.Equal(
            [
                "constraint public.readings.readings_unit_fkey is missing",
                "index public.readings.readings_time_idx was USING btree (recorded_at) and is USING hash (recorded_at)",
                "trigger public.readings.note was not there before",
            ],
            Between(
                [Key, Index],
                [
                    new Declaration(DeclarationKind.Trigger, "public.readings", "note", "CREATE TRIGGER note"),
                    Index with
                    {
                        Definition = "USING hash (recorded_at)",
                    },
                ]
            )
        );

    [Fact]
    public void A_new_partition_and_another_name_of_what_a_partition_inherits_are_no_difference()
    {
        Assert.Empty(Between([Index], [Index, OfPartition]));
        Assert.Empty(Between([Index, OfPartition], [Index, OfPartition with { Name = "another_idx" }]));
    }

    [Fact]
    public void A_partition_that_was_detached_shows_what_it_had_inherited() =>
        Assert.Equal(
            ["index public.readings_2026_01.readings_2026_01_recorded_at_idx was not there before"],
            Between([Index, OfPartition], [Index, OfPartition with { Inherits = null }])
        );

    [Fact]
    public void A_flaw_is_a_difference_on_a_partition_too_and_when_it_was_there_before()
    {
        var invalid = OfPartition with { Flaws = ["invalid"] };
        var loose = Key with { Flaws = ["not validated", "disabled"] };

        Assert.Equal(
            [
                "constraint public.readings.readings_unit_fkey is not validated and disabled",
                "index public.readings_2026_01.readings_2026_01_recorded_at_idx is invalid",
            ],
            Between([loose, Index, invalid], [loose, Index, invalid])
        );
    }

    private static IEnumerable<string> Between(IReadOnlyList<Declaration> before, IReadOnlyList<Declaration> after) =>
        DeclarationDifference.Between(before, after).Select(difference => $"{difference}");
}
