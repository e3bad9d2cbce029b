namespace FreshTrack.Clients.Mail;

/// <summary>The end of a mailbox at a moment: messages that arrive later come after it. No clock is involved: a mail
/// server's may differ from this machine's.</summary>
/// <param name="Validity">The mailbox's UIDVALIDITY; another one means that its numbers restarted.</param>
/// <param name="NextId">The number that the next message gets.</param>
public sealed record MailboxPosition(uint Validity, uint NextId);
