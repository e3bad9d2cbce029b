namespace FreshTrack.Clients.Mail;

/// <summary>A mailbox cannot be read; the message says why, without the password.</summary>
public sealed class MailException(string message, Exception? inner = null) : Exception(message, inner);
