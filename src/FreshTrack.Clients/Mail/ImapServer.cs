namespace FreshTrack.Clients.Mail;

/// <summary>An account on an IMAP server. It holds a password, and so has no text of its own.</summary>
public sealed class ImapServer(string host, int port, string user, string password)
{
    public string Host { get; } = host;

    public int Port { get; } = port;

    public string User { get; } = user;

    public string Password { get; } = password;

    public MailSecurity Security { get; init; } = MailSecurity.Implicit;
}

/// <summary>How the connection to a mail server is encrypted.</summary>
public enum MailSecurity
{
    /// <summary>From its first byte, usually on port 993.</summary>
    Implicit,

    /// <summary>After the greeting, which must offer it; usually on port 143.</summary>
    StartTls,

    /// <summary>Never: for a server in a container of this machine.</summary>
    None,
}
