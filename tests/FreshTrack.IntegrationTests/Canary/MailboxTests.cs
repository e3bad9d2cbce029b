using FreshTrack.Clients.Mail;

namespace FreshTrack.IntegrationTests.Canary;

public sealed class MailboxTests(StageMail mail) : IClassFixture<StageMail>
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_that_arrives_later_is_read_with_subject_and_text()
    {
        var mailbox = new MailboxClient(mail.Imap());
        await mail.SendAsync("owner@canary.test", "before", "old");
        var mark = await PositionAfterAsync(mailbox, "before");

        var waiting = mailbox.WaitAsync("Owner@canary.test", mark, Enough, Token);
        await mail.SendAsync("viewer@canary.test", "another", "not it");
        await mail.SendAsync("owner@canary.test", "Grüße", "https://app.test/?code=äöü");

        var received = await waiting;
        Assert.Equal(("Grüße", "https://app.test/?code=äöü"), (received?.Subject, received?.Text.Trim()));
        Assert.Equal(["another", "Grüße"], (await mailbox.ListAsync(mark, Token)).Select(item => item.Subject));
    }

    [Fact]
    public async Task Message_to_a_customer_does_not_leave_and_is_seen()
    {
        var mailbox = new MailboxClient(mail.Imap());
        var mark = await mailbox.PositionAsync(Token);

        await mail.SendAsync("chef@customer.example", "alarm", "warm");

        Assert.NotNull(await mailbox.WaitAsync("chef@customer.example", mark, Enough, Token));
    }

    [Fact]
    public async Task Nothing_is_what_comes_when_nobody_writes()
    {
        var mailbox = new MailboxClient(mail.Imap());
        var mark = await mailbox.PositionAsync(Token);

        Assert.Null(await mailbox.WaitAsync("nobody@canary.test", mark, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Wrong_password_is_told_without_it()
    {
        var refused = await Assert.ThrowsAsync<MailException>(() =>
            new MailboxClient(mail.Imap(password: "hunter2")).PositionAsync(Token)
        );

        Assert.Contains("refuses user canary or the password", refused.Message);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_named()
    {
        var nowhere = new MailboxClient(new ImapServer("127.0.0.1", 1, "canary", "x") { Security = MailSecurity.None });

        var refused = await Assert.ThrowsAsync<MailException>(() => nowhere.PositionAsync(Token));

        Assert.StartsWith("The mailbox at 127.0.0.1:1 cannot be read: ", refused.Message);
    }

    [Fact]
    public async Task Mailbox_that_was_made_anew_is_refused()
    {
        var mailbox = new MailboxClient(mail.Imap());
        var mark = await mailbox.PositionAsync(Token);

        await Assert.ThrowsAsync<MailException>(() =>
            mailbox.ListAsync(mark with { Validity = mark.Validity + 1 }, Token)
        );
    }

    private static async Task<MailboxPosition> PositionAfterAsync(MailboxClient mailbox, string subject)
    {
        var start = await mailbox.PositionAsync(Token) with { NextId = 1 };
        while ((await mailbox.ListAsync(start, Token)).All(item => item.Subject != subject))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }

        return await mailbox.PositionAsync(Token);
    }
}
