using FreshTrack.Clients.Mail;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Canary;

/// <summary>What a smoke test works with. What the environment lacks ends it without a verdict on the new
/// system.</summary>
internal sealed class SmokeTest(RunContext run, CanaryOrganization canary)
{
    /// <summary>How long a mail may take.</summary>
    private static readonly TimeSpan MailLimit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SessionLife = TimeSpan.FromMinutes(15);

    public CanaryOrganization Canary { get; } = canary;

    public CutoverEnvironment Environment { get; } = run.Environment;

    public TimeProvider Clock { get; } = run.Clock;

    /// <exception cref="SmokeNotPossibleException">None was named.</exception>
    public CanaryAddresses Addresses => Environment.CanaryAddresses ?? throw Lacking("canary.mailbox");

    /// <exception cref="SmokeNotPossibleException">None was named.</exception>
    public MailboxClient Mailbox => Environment.CanaryMailbox ?? throw Lacking("canary.mailbox");

    /// <exception cref="SmokeNotPossibleException">Its key or its page was not named.</exception>
    public StackAuthBrowser Browser =>
        Environment.StackAuthBrowser ?? throw Lacking("stack_auth.publishable_key and stack_auth.reset_callback");

    /// <summary>Finds the canary in the target, and turns what a test throws into its result.</summary>
    public static async Task<StepResult> RunAsync(
        RunContext run,
        Func<SmokeTest, Task<StepResult>> test,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await CanaryOrganization.FindAsync(run.Environment, cancellationToken) is { } canary
                ? await test(new SmokeTest(run, canary))
                : throw new SmokeNotPossibleException(
                    "the target has no canary organization to try this with. Prepare puts it into the source, from "
                        + "where it moves along: run Prepare before the next cutover"
                );
        }
        catch (SmokeFailedException failed)
        {
            return new StepResult(Verdict.Fail, failed.Message);
        }
        catch (StackAuthException refused)
        {
            return new StepResult(Verdict.Fail, refused.Message);
        }
        catch (SmokeNotPossibleException lacking)
        {
            return new StepResult(Verdict.Inconclusive, lacking.Message);
        }
        catch (MailException unreadable)
        {
            return new StepResult(Verdict.Inconclusive, unreadable.Message);
        }
    }

    /// <summary>The same for a test that the canary's owner does: it gets the API for them.</summary>
    public static Task<StepResult> RunAsOwnerAsync(
        RunContext run,
        Func<SmokeTest, CanaryApi, Task<StepResult>> test,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            run,
            async smoke =>
            {
                using var owner = await smoke.OwnersApiAsync(cancellationToken);
                return await test(smoke, owner);
            },
            cancellationToken
        );

    /// <summary>The API for a person who signs in with their password.</summary>
    public async Task<CanaryApi> SignInAsync(string email, string password, CancellationToken cancellationToken) =>
        await ApiAsync((await Browser.SignInAsync(email, password, cancellationToken)).AccessToken, cancellationToken);

    /// <summary>Sends a reading as the canary's sensor does.</summary>
    /// <returns>The reading's id.</returns>
    public async Task<Guid> SendUplinkAsync(double celsius, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var sensor = await ApiAsync(token: null, cancellationToken);
        return await sensor.SendUplinkAsync(Canary.Secret, celsius, at, cancellationToken);
    }

    /// <summary>Has Stack Auth send a mail, and waits for it.</summary>
    /// <param name="request">Asks for the mail.</param>
    /// <returns>The code in it.</returns>
    /// <exception cref="SmokeFailedException">No mail came in time, or one without a code.</exception>
    public async Task<string> MailedCodeAsync(string address, Func<Task> request, CancellationToken cancellationToken)
    {
        var mark = await Mailbox.PositionAsync(cancellationToken);
        await request();
        return await CodeAsync(address, mark, cancellationToken);
    }

    // A public name is asked as a visitor asks it, also before DNS leads there.
    private async Task<CanaryApi> ApiAsync(string? token, CancellationToken cancellationToken)
    {
        var address = run.Api.Value;
        if (Environment.Visitors is not { } visitors || address != visitors.Names.Api)
        {
            return new CanaryApi(new HttpClient { BaseAddress = address }, token);
        }

        if (run.Stack is { } stack)
        {
            await StackSteps.TrustAsync(stack, visitors, cancellationToken);
        }

        return new CanaryApi(visitors.Client(address), token);
    }

    // Signed in on the server's authority: how a person signs in is a test of its own.
    private async Task<CanaryApi> OwnersApiAsync(CancellationToken cancellationToken)
    {
        var stackAuth = Environment.StackAuth ?? throw Lacking("stack_auth");
        var owner =
            Canary.Owner
            ?? throw new SmokeNotPossibleException(
                "the canary organization has no owner who could sign in. Prepare makes one where the environment's "
                    + "file has canary.mailbox and source.auth: add them and run Prepare before the next cutover"
            );
        var session = await stackAuth.CreateSessionAsync(owner, SessionLife, cancellationToken);
        return await ApiAsync(session.AccessToken, cancellationToken);
    }

    private async Task<string> CodeAsync(string address, MailboxPosition since, CancellationToken cancellationToken)
    {
        var mail =
            await Mailbox.WaitAsync(address, since, MailLimit, cancellationToken)
            ?? throw new SmokeFailedException(
                $"no mail from Stack Auth came to {address} within {MailLimit.TotalSeconds:0} s"
            );
        return StackAuthBrowser.FindCode(mail.Text)
            ?? throw new SmokeFailedException($"the mail «{mail.Subject}» to {address} has no link with a code");
    }

    private SmokeNotPossibleException Lacking(string keys) =>
        new(
            $"the file of environment '{Environment.Name}' has no {keys}, so this cannot be tried; "
                + "environments/example.yaml shows how"
        );
}
