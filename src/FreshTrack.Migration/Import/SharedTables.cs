using FreshTrack.Plan;

namespace FreshTrack.Migration.Importing;

/// <summary>Tables that others than a move write to once it is over.</summary>
/// <param name="Tables">Those that exist are meant.</param>
/// <param name="Schema">Of the program that works with the target: its tables go with the rows that they refer
/// to.</param>
public sealed record SharedTables(IReadOnlyList<TableName> Tables, string Schema);
