namespace FreshTrack.Clients.Mail;

/// <param name="Recipients">Every address that it names or was delivered to, in lower case.</param>
/// <param name="Text">Plain text, or the markup of a message that has no other.</param>
public sealed record ReceivedMail(IReadOnlySet<string> Recipients, string Subject, string Text);
