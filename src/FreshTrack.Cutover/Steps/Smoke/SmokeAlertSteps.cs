using FreshTrack.Clients.Mail;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Steps;

/// <summary>Smoke tests of alerts, from the breach to its end.</summary>
public static class SmokeAlertSteps
{
    /// <summary>How long the API may take to judge a reading.</summary>
    private static readonly TimeSpan JudgedWithin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MailedWithin = TimeSpan.FromMinutes(1);

    /// <summary>How long a second message, or one to somebody else, is waited for.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>A reading outside the limits raises exactly one alert, of which one message goes to the canary's
    /// address and none to anybody else.</summary>
    public static Task<StepResult> BreachAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsOwnerAsync(
            run,
            async (test, owner) =>
            {
                // An alert of an earlier attempt would still be open, and no second one be raised.
                await CalmAsync(test, owner, cancellationToken);
                var (mailbox, address) = (test.Mailbox, test.Addresses.Alerts);
                var mark = await mailbox.PositionAsync(cancellationToken);
                var (at, began) = (test.Clock.GetUtcNow(), TimeProvider.System.GetTimestamp());
                await test.SendUplinkAsync(CanaryLimits.Breach, at, cancellationToken);
                progress.Report(new StepProgress("waiting for the alert's mail"));
                var mail = await mailbox.WaitAsync(address, mark, MailedWithin, cancellationToken);
                var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
                await Task.Delay(Settling, TimeProvider.System, cancellationToken);
                Judge(
                    await owner.ListAsync(at, cancellationToken),
                    mail is null ? null : await mailbox.ListAsync(mark, cancellationToken),
                    address,
                    await CanaryTarget.SentToOthersAsync(test.Environment.Target, at, cancellationToken)
                );
                return StepResult.Pass(
                    $"one alert, and one message «{mail!.Subject}» to {address} after {seconds:0.0} s; none to others"
                );
            },
            cancellationToken
        );

    /// <summary>The owner acknowledges the breach's alert; a reading inside the limits ends it.</summary>
    public static Task<StepResult> AcknowledgeAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsOwnerAsync(
            run,
            async (test, owner) =>
            {
                var open = (await owner.OpenAsync(cancellationToken)).Find(alert =>
                    alert.Type == CanaryAlert.Excursion
                );
                if (open is null)
                {
                    throw new SmokeFailedException(
                        "the canary has no open alert to acknowledge: the step that raises it comes first"
                    );
                }

                var acknowledged = await owner.AcknowledgeAsync(open.Id, cancellationToken);
                if (acknowledged.Status != "acknowledged" || acknowledged.AcknowledgedBy != test.Canary.Owner)
                {
                    throw new SmokeFailedException(
                        $"alert {open.Id} is {acknowledged.Status} by {acknowledged.AcknowledgedBy}, expected "
                            + $"acknowledged by {test.Canary.Owner}"
                    );
                }

                await CalmAsync(test, owner, cancellationToken);
                return StepResult.Pass("the owner acknowledged the alert, and a reading inside the limits ended it");
            },
            cancellationToken
        );

    /// <param name="alerts">Triggered since the breach.</param>
    /// <param name="mails">That arrived since the breach; null when none to the address came in time.</param>
    /// <param name="sentToOthers">Messages that the API sent to other organizations.</param>
    /// <exception cref="SmokeFailedException">It is not exactly one alert and one message.</exception>
    internal static void Judge(
        IReadOnlyList<CanaryAlert> alerts,
        IReadOnlyList<ReceivedMail>? mails,
        string address,
        long sentToOthers
    )
    {
        if (alerts is not [{ Type: CanaryAlert.Excursion }])
        {
            throw new SmokeFailedException(
                $"a breach raised {alerts.Count} alerts ({string.Join(", ", alerts)}), expected one "
                    + $"{CanaryAlert.Excursion}"
            );
        }

        if (mails is null)
        {
            throw new SmokeFailedException(
                $"the alert was raised, and no message came to {address} within {MailedWithin.TotalSeconds:0} s. Look "
                    + "at FRESHTRACK_SMTP and at the table api.outbox"
            );
        }

        if (mails.Count != 1)
        {
            var to = mails.SelectMany(mail => mail.Recipients).Distinct().Order();
            throw new SmokeFailedException(
                $"one alert led to {mails.Count} messages, to {string.Join(", ", to)}; expected one to {address}"
            );
        }

        if (sentToOthers > 0)
        {
            throw new SmokeFailedException(
                $"{sentToOthers} messages went to other organizations although notifications are held. Look at the "
                    + "table api.outbox, and stop the API"
            );
        }
    }

    /// <summary>Ends the canary's excursion, if there is one.</summary>
    private static async Task CalmAsync(SmokeTest test, CanaryApi owner, CancellationToken cancellationToken)
    {
        if (!await IsOutsideAsync())
        {
            return;
        }

        await test.SendUplinkAsync(CanaryLimits.Normal, test.Clock.GetUtcNow(), cancellationToken);
        var began = TimeProvider.System.GetTimestamp();
        while (await IsOutsideAsync())
        {
            if (TimeProvider.System.GetElapsedTime(began) > JudgedWithin)
            {
                throw new SmokeFailedException(
                    $"a reading inside the limits did not end the alert within {JudgedWithin.TotalSeconds:0} s"
                );
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }

        async Task<bool> IsOutsideAsync() =>
            (await owner.OpenAsync(cancellationToken)).Exists(alert => alert.Type == CanaryAlert.Excursion);
    }
}
