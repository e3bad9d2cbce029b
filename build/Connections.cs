using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build;

/// <summary>The two databases, by <c>--source</c> and <c>--target</c> or, without them, their environment variables.</summary>
/// <remarks>Nothing here prints an address: it has a password in it.</remarks>
internal static class Connections
{
    public const string SourceHelp = "the Supabase database being left; else FRESHTRACK_SOURCE";

    public const string TargetHelp = "the PostgreSQL being moved to; else FRESHTRACK_TARGET";

    /// <exception cref="RefusedException">Neither option nor variable is given, or the address is not understood.</exception>
    public static NpgsqlDataSource Source(BuildContext context) => Open(context, "source", "FRESHTRACK_SOURCE");

    /// <exception cref="RefusedException">Neither option nor variable is given, or the address is not understood.</exception>
    public static NpgsqlDataSource Target(BuildContext context) => Open(context, "target", "FRESHTRACK_TARGET");

    private static NpgsqlDataSource Open(BuildContext context, string option, string variable) =>
        NpgsqlDataSource.Create(DatabaseAddress.Parse(
            context.Option(option) ?? context.Environment.GetEnvironmentVariable(variable)
            ?? throw new RefusedException(
                $"There is no {option} database. Give --{option} 'postgres://user:password@host:port/database' or set {variable}.")));
}
