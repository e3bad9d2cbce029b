using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Rules;

namespace FreshTrack.UnitTests.Verification;

public sealed class CanonicalFormTests
{
    private static readonly ColumnType Text = Type("text", category: "S");
    private static readonly ColumnType Numeric = Type("numeric", category: "N");
    private static readonly ColumnType Integer = Type("integer", category: "N");

    [Fact]
    public void Enums_are_compared_by_label() =>
        Assert.Equal(
            new CanonicalForm("{0}::text", "{0}::text"),
            CanonicalForm.Between(Type("kind", "e", "E", builtIn: false), Text, false)
        );

    [Fact]
    public void Scale_counts_only_where_the_target_keeps_any()
    {
        Assert.Equal("{0}::numeric", CanonicalForm.Between(Numeric, Numeric, scaleIsFree: true)!.Source);
        Assert.Equal("trim_scale({0}::numeric)", CanonicalForm.Between(Numeric, Numeric, scaleIsFree: false)!.Source);
        Assert.Equal("trim_scale({0}::numeric)", CanonicalForm.Between(Numeric, Integer, scaleIsFree: true)!.Source);
    }

    [Fact]
    public void A_float_never_takes_the_cast_that_rounds_to_15_digits() =>
        Assert.Equal(
            "trim_scale({0}::text::numeric)",
            CanonicalForm.Between(Type("double precision", category: "N"), Numeric, false)!.Source
        );

    [Fact]
    public void Types_that_lose_or_invent_something_have_no_form()
    {
        Assert.Null(
            CanonicalForm.Between(
                Type("timestamp without time zone", category: "D"),
                Type("timestamp with time zone", category: "D"),
                false
            )
        );
        Assert.Null(CanonicalForm.Between(Type("json"), Type("jsonb"), false));
        Assert.Null(CanonicalForm.Between(Text, Numeric, false));
        Assert.Null(CanonicalForm.Between(Array(Numeric), Array(Integer), false));
    }

    [Fact]
    public void Arrays_are_compared_by_their_elements_form()
    {
        Assert.Equal(
            "{0}::text[]",
            CanonicalForm.Between(Array(Text), Array(Type("character varying", category: "S")), false)!.Source
        );
        Assert.Equal("{0}", CanonicalForm.Between(Array(Numeric), Array(Numeric), false)!.Source);
    }

    [Theory]
    [InlineData("recorded_at", false)]
    [InlineData("next_escalation_at", true)]
    [InlineData("expires_at", true)]
    [InlineData("trial_ends_at", true)]
    [InlineData("current_period_end", true)]
    [InlineData("next_calibration_due", true)]
    [InlineData("banned_until", true)]
    [InlineData("created_at", false)]
    public void Appointments_are_known_by_name(string column, bool expected) =>
        Assert.Equal(expected, TimestampColumns.IsAppointment(column));

    private static ColumnType Type(string name, string kind = "b", string category = "U", bool builtIn = true) =>
        ColumnType.Create(name, builtIn, kind, category, null);

    private static ColumnType Array(ColumnType element) =>
        ColumnType.Create($"{element.Name}[]", builtIn: true, "b", "A", element);
}
