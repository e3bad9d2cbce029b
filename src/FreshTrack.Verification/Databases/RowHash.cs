namespace FreshTrack.Verification.Databases;

/// <summary>64-bit hashes of rows, computed by the databases themselves.</summary>
/// <remarks>
/// PostgreSQL's type-wise hashes are made for hash joins and lose what a verifier must see: <c>numeric</c> its sign and
/// scale, <c>int8</c> and
/// <c>timestamptz</c> the upper half (it is folded into 32 bits), <c>jsonb</c> and arrays their nesting; the record
/// hash is linear in its elements.
/// So the row's binary wire form is hashed as one value: <c>record_send</c> writes every field with its length (-1 for
/// NULL) and the bytes that
/// binary COPY would carry, which is injective for canonical types, and the hash over those bytes is not linear in the
/// fields. No function of SQL
/// hashes a <c>bytea</c> with a seed; an array of one does, and costs a tenth less than a row of one.
/// </remarks>
internal static class RowHash
{
    public const long FirstSeed = 0x5bd1e9955bd1e995;
    public const long SecondSeed = 0x2545f4914f6cdd1d;

    public static Sql Bytes(IEnumerable<Sql> values) => Sql.Format($"record_send(row({Sql.Join(", ", values)}))");

    public static Sql OfBytes(Sql bytes, long seed) => Sql.Format($"hash_array_extended(array[{bytes}], {seed})");

    public static Sql Of(IEnumerable<Sql> values, long seed) => OfBytes(Bytes(values), seed);
}
