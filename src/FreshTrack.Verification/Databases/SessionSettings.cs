namespace FreshTrack.Verification.Databases;

/// <summary>What every session sets for its transaction, and reads back: a setting that was swallowed would weaken the
/// checks in silence.</summary>
internal static class SessionSettings
{
    /// <summary>
    /// Text must not depend on the server's or role's settings; a filter by row level security must be an error, not
    /// fewer rows; and an
    /// index that misses rows must not vouch for itself.
    /// </summary>
    private static readonly (string Name, string Value)[] Wanted =
    [
        ("transaction_isolation", "repeatable read"),
        ("transaction_read_only", "on"),
        ("row_security", "off"),
        ("timezone", "UTC"),
        ("datestyle", "ISO, YMD"),
        ("intervalstyle", "postgres"),
        ("extra_float_digits", "1"),
        ("bytea_output", "hex"),
        ("lc_monetary", "C"),
        ("client_encoding", "UTF8"),
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("enable_indexscan", "off"),
        ("enable_indexonlyscan", "off"),
        ("enable_bitmapscan", "off"),
    ];

    private static readonly Sql Query = new(
        "select s.name, set_config(s.name, s.value, true) from unnest($1, $2) as s(name, value)"
    );

    /// <exception cref="QueryFailedException">A setting did not take.</exception>
    public static async Task ApplyAsync(Session session, CancellationToken cancellationToken)
    {
        string[] names = [.. Wanted.Select(setting => setting.Name)];
        string[] values = [.. Wanted.Select(setting => setting.Value)];
        var taken = await session.ListAsync(
            Query,
            row => (Name: row.GetString(0), Value: row.GetString(1)),
            cancellationToken,
            names,
            values
        );
        if (Wanted.Except(taken).FirstOrDefault() is { Name: { } name, Value: var wanted })
        {
            var actual = taken.FirstOrDefault(setting => setting.Name == name).Value;
            throw new QueryFailedException(
                $"The {session.Side} has {name} at '{actual}' after it was set to '{wanted}'. "
                    + "Let the verifier's role set it."
            );
        }
    }
}
