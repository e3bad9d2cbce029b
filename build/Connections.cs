using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build;

/// <summary>Where the servers are: from an option, or from the environment,
/// which keeps passwords out of the shell's history.</summary>
internal static class Connections
{
    /// <exception cref="RefusedException">Neither <c>--source</c> nor <c>FRESHTRACK_SOURCE</c> is given, or the address
    /// is not understood.</exception>
    public static NpgsqlDataSource Source(BuildContext context) => Database(context, "source", "FRESHTRACK_SOURCE");

    /// <exception cref="RefusedException">Neither <c>--target</c> nor <c>FRESHTRACK_TARGET</c> is given, or the address
    /// is not understood.</exception>
    public static NpgsqlDataSource Target(BuildContext context) => Database(context, "target", "FRESHTRACK_TARGET");

    /// <exception cref="RefusedException">Neither the option nor the variable is given.</exception>
    public static string Address(BuildContext context, string option, string variable) =>
        (context.Option(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } address
            ? address
            : throw new RefusedException(
                $"No address of the {option.Replace('-', ' ')}. Give --{option}, or set {variable}."
            );

    private static NpgsqlDataSource Database(BuildContext context, string option, string variable) =>
        NpgsqlDataSource.Create(DatabaseAddress.Parse(Address(context, option, variable)));
}
