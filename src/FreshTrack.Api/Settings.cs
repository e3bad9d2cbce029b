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
/// <remarks>Any setting may stand in a file instead, which the variable NAME_FILE names: a container's environment is
/// shown to whoever may inspect it. No message repeats a value that may hold a secret; it names the file.</remarks>
internal sealed class Settings(Func<string, string?> variable)
{
    private readonly List<string> problems = [];
    private readonly Dictionary<string, string> files = [];

    public string Database()
    {
        const string name = "FRESHTRACK_DATABASE";
        var text = Required(
            name,
            "an Npgsql connection string such as Host=db;Username=freshtrack;Password=…;Database=freshtrack"
        );
        try
        {
            if (text.Length > 0 && string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host))
            {
                problems.Add($"{Named(name)} names no host. Add Host=… to the connection string.");
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            problems.Add(
                $"{Named(name)} is not an Npgsql connection string. "
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
            problems.Add($"{Quoted(name, text)} is not an http address. Expected one such as {example}.");
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

        problems.Add($"{Named(name)} is not an address. Expected http://KEY:SECRET@host:port/bucket.");
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

        problems.Add($"{Quoted(name, text)} cannot be used. Expected a whole number from {minimum} to {maximum}.");
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

        problems.Add($"{Quoted(name, text)} cannot be used. Expected {usual} or {other}.");
        return usual;
    }

    /// <returns>An empty text where the setting is refused.</returns>
    public string Required(string name, string expected)
    {
        if (Read(name) is { } text)
        {
            return text;
        }

        problems.Add($"{name} is not set. Expected {expected}.");
        return "";
    }

    public string? Optional(string name) => Read(name) is { Length: > 0 } text ? text : null;

    /// <summary>The contents of a file that a variable names, such as a password; its path is named in problems, its
    /// contents never.</summary>
    public string Secret(string name, string expected) =>
        Required(name, expected) is { Length: > 0 } path ? Contents(name, path, expected) : "";

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

    /// <returns>Null where neither the variable nor its file is set; an empty text where they are refused.</returns>
    private string? Read(string name)
    {
        var (text, fileName) = (Trimmed(name), $"{name}_FILE");
        if (Trimmed(fileName) is not { } path)
        {
            return text;
        }

        if (text is not null)
        {
            problems.Add($"{name} and {fileName} '{path}' are both set. Keep one of them.");
            return "";
        }

        files[name] = path;
        return Contents(fileName, path, $"a file that holds the value of {name} and nothing else");
    }

    private string Contents(string name, string path, string expected)
    {
        try
        {
            if (File.ReadAllText(path).Trim() is { Length: > 0 } contents)
            {
                return contents;
            }

            problems.Add($"{name} '{path}' is empty. Expected {expected}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{name} '{path}' cannot be read: {exception.Message} Expected {expected}.");
        }

        return "";
    }

    private string? Trimmed(string name) =>
        variable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>The setting as a problem names it: by its file where it came from one.</summary>
    private string Named(string name) => files.TryGetValue(name, out var path) ? $"{name}_FILE '{path}'" : name;

    private string Quoted(string name, string text) => files.ContainsKey(name) ? Named(name) : $"{name} '{text}'";
}
