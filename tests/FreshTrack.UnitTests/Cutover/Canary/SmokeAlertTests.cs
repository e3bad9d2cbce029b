using FreshTrack.Clients.Mail;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.UnitTests.Cutover.Canary;

public sealed class SmokeAlertTests
{
    private const string Address = "alerts@canary.test";

    private static readonly CanaryAlert Alert = new(Guid.Empty, "temp_excursion", "active", AcknowledgedBy: null);

    private static readonly ReceivedMail Mail = new(new HashSet<string> { Address }, "[CRITICAL] warm", "");

    [Fact]
    public void One_alert_and_one_message_pass() => SmokeAlertSteps.Judge([Alert], [Mail], Address, sentToOthers: 0);

    [Fact]
    public void No_alert_fails() => Assert.Contains("raised 0 alerts", Refusal([], [Mail]));

    [Fact]
    public void A_second_alert_fails_and_is_named() =>
        Assert.Contains(
            "(temp_excursion active, low_battery active)",
            Refusal([Alert, Alert with { Type = "low_battery" }], [Mail])
        );

    [Fact]
    public void Another_kind_of_alert_fails() =>
        Assert.Contains("expected one temp_excursion", Refusal([Alert with { Type = "low_battery" }], [Mail]));

    [Fact]
    public void No_message_fails() => Assert.Contains($"no message came to {Address}", Refusal([Alert], mails: null));

    [Fact]
    public void A_message_to_somebody_else_fails_and_says_to_whom()
    {
        var other = Mail with { Recipients = new HashSet<string> { "chef@customer.example" } };

        Assert.Contains("2 messages, to alerts@canary.test, chef@customer.example", Refusal([Alert], [Mail, other]));
    }

    [Fact]
    public void A_message_that_the_mailbox_cannot_show_fails_by_the_outbox() =>
        Assert.Contains("3 messages went to other organizations", Refusal([Alert], [Mail], sentToOthers: 3));

    private static string Refusal(
        IReadOnlyList<CanaryAlert> alerts,
        IReadOnlyList<ReceivedMail>? mails,
        long sentToOthers = 0
    ) => Assert.Throws<SmokeFailedException>(() => SmokeAlertSteps.Judge(alerts, mails, Address, sentToOthers)).Message;
}
