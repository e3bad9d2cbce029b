using System.Globalization;
using FreshTrack.Api.Ingestion;
using Npgsql;

namespace FreshTrack.Api;

/// <summary>The environment did not hold what a command needs; the message has one line for each variable.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Reads settings from environment variables and gathers
/// every problem, so that one start shows them all.</summary>
/// <remarks>No message repeats a value that may hold a secret.</remarks>
internal sealed class Settings(Func<string, string?> variable)
{
    private readonly List<string> problems = [];

    public string Database()
    {
        var text = Required(
            "FRESHTRACK_DATABASE",
            "an Npgsql connection string such as Host=db;Username=freshtrack;Password=…;Database=freshtrack"
        );
        try
        {
            if (text.Length > 0 && string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host))
            {
                problems.Add("FRESHTRACK_DATABASE names no host. Add Host=… to the connection string.");
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            problems.Add(
                "FRESHTRACK_DATABASE is not an Npgsql connection string. "
                    + "Expected Host=…;Username=…;Password=…;Database=…."
            );
        }

        return text;
    }

    public WebhookKey WebhookKey()
    {
        var path = Required(
            "FRESHTRACK_WEBHOOK_KEY_FILE",
            "the path of a file that holds the 32-byte webhook key in base64"
        );
        if (path.Length == 0)
        {
            return Ingestion.WebhookKey.None;
        }

        try
        {
            return Ingestion.WebhookKey.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            problems.Add(
                $"FRESHTRACK_WEBHOOK_KEY_FILE '{path}' cannot be used: {exception.Message} Expected 32 bytes in base64."
            );
            return Ingestion.WebhookKey.None;
        }
    }

    public Uri HttpAddress(string name, string example)
    {
        var text = Required(name, $"an address such as {example}");
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        )
        {
            return uri;
        }

        if (text.Length > 0)
        {
            problems.Add($"{name} '{text}' is not an http address. Expected one such as {example}.");
        }

        return new Uri(example);
    }

    /// <summary>The object store as the suite names it,
    /// <c>http://KEY:SECRET@host:port/bucket</c>, without its credentials.</summary>
    public Uri? ObjectStore()
    {
        const string name = "FRESHTRACK_OBJECT_STORE";
        if (Optional(name) is not { } text)
        {
            return null;
        }

        if (
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        )
        {
            return new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        }

        problems.Add($"{name} is not an address. Expected http://KEY:SECRET@host:port/bucket.");
        return null;
    }

    public int Number(string name, int fallback, int minimum, int maximum)
    {
        if (Optional(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, null, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        problems.Add($"{name} '{text}' cannot be used. Expected a whole number from {minimum} to {maximum}.");
        return fallback;
    }

    /// <summary>One of two words; the first when nothing is said.</summary>
    public string Choice(string name, string usual, string other)
    {
        var text = Optional(name) ?? usual;
        if (text == usual || text == other)
        {
            return text;
        }

        problems.Add($"{name} '{text}' cannot be used. Expected {usual} or {other}.");
        return usual;
    }

    public string Required(string name, string expected)
    {
        if (variable(name) is { } text && !string.IsNullOrWhiteSpace(text))
        {
            return text.Trim();
        }

        problems.Add($"{name} is not set. Expected {expected}.");
        return "";
    }

    public string? Optional(string name) =>
        variable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>The contents of a file that a variable names, such as a password; its path is named in problems, its
    /// contents never.</summary>
    public string Secret(string name, string expected)
    {
        var path = Required(name, expected);
        if (path.Length == 0)
        {
            return "";
        }

        try
        {
            if (File.ReadAllText(path).Trim() is { Length: > 0 } secret)
            {
                return secret;
            }

            problems.Add($"{name} '{path}' is empty. Expected {expected}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{name} '{path}' cannot be read: {exception.Message} Expected {expected}.");
        }

        return "";
    }

    /// <summary>Notes a problem that only the reader of a setting can see.</summary>
    public void Refuse(string problem) => problems.Add(problem);

    /// <exception cref="InvalidSettingsException">Any variable read so far was missing or wrong.</exception>
    public void ThrowIfInvalid()
    {
        if (problems.Count > 0)
        {
            throw new InvalidSettingsException(problems);
        }
    }
}
