namespace FreshTrack.IntegrationTests.Verification.Faults;

/// <summary>What may become of something that a database is asked.</summary>
public enum Fault
{
    /// <summary>It fails.</summary>
    Error,

    /// <summary>It never answers, until it is cancelled.</summary>
    Hang,

    /// <summary>No row comes; a statement without an answer is swallowed,
    /// a transaction isolates less than it was asked to.</summary>
    Nothing,

    /// <summary>The last row does not come.</summary>
    Truncated,
}

public enum Deed
{
    Open,
    Begin,
    Execute,
    Read,
}

/// <summary>One thing that a database was asked.</summary>
/// <param name="Number">From 0, in the order in which this side was asked.</param>
/// <param name="Rows">Of the answer.</param>
public sealed record Asked(string Side, int Number, Deed Deed, string Sql, int Rows)
{
    /// <summary>Name and subject of the check that asked; null for what is asked before the first check.</summary>
    public string? Check { get; init; }

    public IEnumerable<Fault> Faults =>
        Deed switch
        {
            Deed.Open => [Fault.Error, Fault.Hang],
            Deed.Read when Rows > 1 => [Fault.Error, Fault.Hang, Fault.Nothing, Fault.Truncated],
            _ => [Fault.Error, Fault.Hang, Fault.Nothing],
        };
}
