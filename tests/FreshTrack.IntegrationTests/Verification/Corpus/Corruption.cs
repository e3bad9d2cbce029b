using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>One way in which a move damages data.</summary>
/// <param name="Table">The table of the target in which it shows.</param>
/// <param name="Positions">SQL: whole numbers at which the damage is possible.</param>
/// <param name="Touched">SQL over <c>$1</c>, some positions: the ids of all rows that differ afterwards, as
/// <c>Extra:id</c> where the kind is another. Asked before the damage.</param>
/// <param name="Damage">SQL over <c>$1</c>, run on the target.</param>
/// <param name="Columns">What differs in each changed row.</param>
/// <param name="AlsoFails">Checks besides the contents that fail.</param>
internal sealed record Corruption(
    string Name,
    string Table,
    string Positions,
    string Touched,
    string Damage,
    DifferenceKind Kind,
    string[] Columns,
    string[] AlsoFails
)
{
    /// <summary>Positions are taken in pairs: the damage is done between the first and the second.</summary>
    public bool InPairs { get; init; }

    /// <summary>Numbers that make up one position.</summary>
    public int Width => InPairs ? 2 : 1;

    /// <summary>Many rows change at one position; positions are taken one at a time.</summary>
    public bool OneAtATime { get; init; }

    public override string ToString() => Name;

    /// <summary>A cell of samples.</summary>
    /// <param name="where">Rows whose value the damage changes.</param>
    public static Corruption Cell(
        string name,
        string column,
        string value,
        string where = "true",
        params string[] alsoFails
    ) =>
        new(
            name,
            "samples",
            $"select seq from samples where {where}",
            SampleIds,
            $"update samples set {column} = {value} where seq = any($1)",
            DifferenceKind.Changed,
            [column],
            alsoFails
        );

    /// <summary>Something between two rows of samples, <c>a</c> and <c>b</c> by their numbers.</summary>
    public static Corruption Pair(string name, string column, string value) =>
        new(
            name,
            "samples",
            "select seq from samples",
            SampleIds,
            $"""
            update samples as s set {column} = {value}
            from unnest($1) with ordinality as p(seq, at)
            join unnest($1) with ordinality as q(seq, at) on q.at = p.at + case when p.at % 2 = 1 then 1 else -1 end
            join pristine.samples as other on other.seq = q.seq
            where s.seq = p.seq
            """,
            DifferenceKind.Changed,
            [column],
            []
        )
        {
            InPairs = true,
        };

    private const string SampleIds = "select id::text from samples where seq = any($1)";
}
