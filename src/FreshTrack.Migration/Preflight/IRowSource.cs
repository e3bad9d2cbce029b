using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rows that the source can read, over which conditions are counted.</summary>
internal interface IRowSource
{
    /// <summary>What follows FROM.</summary>
    /// <param name="columns">Target columns that the query names.</param>
    /// <param name="withKey">The query names <see cref="Key"/>.</param>
    Sql From(IReadOnlyList<string> columns, bool withKey = false);

    /// <summary>True for the rows that move.</summary>
    Sql Filter { get; }

    /// <summary>Names a row, for people to look it up.</summary>
    Sql Key { get; }
}
