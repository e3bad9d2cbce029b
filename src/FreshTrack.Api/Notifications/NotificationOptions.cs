namespace FreshTrack.Api.Notifications;

/// <summary>The mail server that alerts go out through.</summary>
public sealed record SmtpOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>TLS from the first byte; otherwise STARTTLS, which a user name makes mandatory.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Null for a server that asks for none.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Address that alerts come from; its domain is also that of their Message-IDs.</summary>
    public required string From { get; init; }

    /// <summary>What a server may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>Telnyx, which sends text messages.</summary>
public sealed record TelnyxOptions
{
    public Uri Url { get; init; } = new("https://api.telnyx.com");

    public required string Key { get; init; }

    /// <summary>Number that messages come from, such as +15550100100.</summary>
    public required string From { get; init; }

    /// <summary>What the service may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without the key.</summary>
    public override string ToString() => Url.ToString();
}
