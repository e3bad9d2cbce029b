using Npgsql;

namespace FreshTrack.Cutover.Snapshots;

/// <summary>A connection string as PostgreSQL's own programs take it: in environment variables, the password among
/// them.</summary>
internal static class ConnectionVariables
{
    /// <summary>The sessions of a snapshot, by which a repeated step finds those that were left.</summary>
    public const string Session = "freshtrack-snapshot";

    private static readonly string[] Files = ["PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];

    public static IReadOnlyDictionary<string, string?> None { get; } = new Dictionary<string, string?>();

    public static IReadOnlyDictionary<string, string?> Of(string connectionString)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        var variables = new Dictionary<string, string?>
        {
            ["PGHOST"] = address.Host,
            ["PGPORT"] = $"{address.Port}",
            ["PGDATABASE"] = address.Database ?? address.Username,
            ["PGUSER"] = address.Username,
            ["PGPASSWORD"] = address.Password,
            ["PGPASSFILE"] = address.Passfile,
            ["PGOPTIONS"] = address.Options,
            ["PGSSLMODE"] = address.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => $"{mode}".ToLowerInvariant(),
            },
            ["PGSSLROOTCERT"] = address.RootCertificate,
            ["PGSSLCERT"] = address.SslCertificate,
            ["PGSSLKEY"] = address.SslKey,
            ["PGAPPNAME"] = Session,
        };
        return variables.Where(variable => !string.IsNullOrEmpty(variable.Value)).ToDictionary();
    }

    /// <summary>The files that the variables name; a program in a container needs them there.</summary>
    public static IEnumerable<string> FilesOf(IReadOnlyDictionary<string, string?> variables) =>
        Files.Append("PGPASSFILE").Select(name => variables.GetValueOrDefault(name)).OfType<string>();
}
