using Npgsql;

namespace FreshTrack.Plan;

/// <summary>Where a database is, from an Npgsql string or a <c>postgres://</c> URL. No message ever holds the text
/// itself: it has a password in it.</summary>
public static class DatabaseAddress
{
    private const string Expected =
        "Expected 'Host=…;Database=…;Username=…;Password=…' or 'postgres://user:password@host:port/database'.";

    /// <returns>A connection string for Npgsql.</returns>
    /// <exception cref="RefusedException">Neither form fits.</exception>
    public static string Parse(string text)
    {
        var builder = text.Contains("://") ? FromUrl(text) : FromKeywords(text);
        return string.IsNullOrWhiteSpace(builder.Host)
            ? throw new RefusedException($"The database address names no host. {Expected}")
            : builder.ConnectionString;
    }

    /// <summary><c>user@host:port/database</c>, for people to read.</summary>
    public static string Describe(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{builder.Username}@{builder.Host}:{builder.Port}/{builder.Database}";
    }

    private static NpgsqlConnectionStringBuilder FromKeywords(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception error)
            when (error is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // The inner exception is left out: it may quote the text.
            throw new RefusedException($"The database address is not understood: {WrongKeyword(text)}. {Expected}");
        }
    }

    private static string WrongKeyword(string text)
    {
        // By its place: after a password with a semicolon in it, what looks like a keyword is a part of the password.
        var pairs = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (var at = 0; at < pairs.Length; at++)
        {
            var equals = pairs[at].IndexOf('=');
            if (equals > 0 && !IsKeyword(pairs[at][..equals].Trim()))
            {
                return $"part {at + 1} of it begins with no keyword (a value with a semicolon stands in quotes)";
            }
        }

        return "a part of it is not 'keyword=value'";
    }

    private static bool IsKeyword(string keyword)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder().ContainsKey(keyword);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql"))
        {
            throw new RefusedException(
                "The database address is no valid postgres:// URL; characters like @ : / # in a password "
                    + $"must be percent-encoded. {Expected}"
            );
        }

        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host, Port = url.Port > 0 ? url.Port : 5432 };
        Set(builder, "Username", Uri.UnescapeDataString(user[0]));
        Set(builder, "Password", user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
        Set(builder, "Database", Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')));
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Option(builder, parts[0], parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        return builder;
    }

    private static void Option(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        var keyword = name switch
        {
            "sslmode" => "SSL Mode",
            "application_name" => "Application Name",
            "connect_timeout" => "Timeout",
            "sslrootcert" => "Root Certificate",
            "options" => "Options",
            _ => name,
        };
        try
        {
            builder[keyword] = keyword == "SSL Mode" ? value.Replace("-", "") : value;
        }
        catch (Exception error)
            when (error is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            throw new RefusedException(
                $"The option '{name}' of the database address is not known or its value does not fit. {Expected}"
            );
        }
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string keyword, string value)
    {
        if (value.Length > 0)
        {
            builder[keyword] = value;
        }
    }
}
