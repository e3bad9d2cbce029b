using System.Net;
using System.Security.Cryptography;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Steps;

/// <summary>Smoke tests of how people get into their accounts, as they do it themselves.</summary>
public static class SmokeAccountSteps
{
    private const int PasswordLength = 32;

    /// <summary>A person who was moved has no password: they ask for a mail, set one, sign in, and the API knows
    /// them.</summary>
    public static Task<StepResult> SignInAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsync(
            run,
            async test =>
            {
                var (browser, email, password) = (test.Browser, test.Addresses.Owner, NewPassword());
                var began = TimeProvider.System.GetTimestamp();
                var code = await test.MailedCodeAsync(
                    email,
                    async () =>
                    {
                        await browser.SendResetCodeAsync(email, cancellationToken);
                        progress.Report(new StepProgress("waiting for the mail with the reset link"));
                    },
                    cancellationToken
                );
                var mailed = TimeProvider.System.GetElapsedTime(began);
                await browser.ResetAsync(code, password, cancellationToken);
                using var api = await test.SignInAsync(email, password, cancellationToken);
                await api.GetAsync($"{CanaryOrganization.Path}/alerts", HttpStatusCode.OK, cancellationToken);
                return StepResult.Pass(
                    $"the reset mail came after {mailed.TotalSeconds:0.0} s, and with the new password the owner was "
                        + $"in after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s"
                );
            },
            cancellationToken
        );

    /// <summary>A new person signs up, confirms the address, and their first call to the API makes them a
    /// user.</summary>
    public static Task<StepResult> SignUpAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsync(
            run,
            async test =>
            {
                var (browser, password) = (test.Browser, NewPassword());
                var email = test.Addresses.NewUser(test.Clock.GetUtcNow().ToUnixTimeMilliseconds());
                var began = TimeProvider.System.GetTimestamp();
                var code = await test.MailedCodeAsync(
                    email,
                    async () =>
                    {
                        await browser.SignUpAsync(email, password, cancellationToken);
                        progress.Report(new StepProgress("waiting for the mail that confirms the address"));
                    },
                    cancellationToken
                );
                await browser.VerifyAsync(code, cancellationToken);
                using var api = await test.SignInAsync(email, password, cancellationToken);
                // Who has just signed up belongs to no organization: 404 is what they are told, once they are known.
                await api.GetAsync($"{CanaryOrganization.Path}/alerts", HttpStatusCode.NotFound, cancellationToken);
                return await CanaryTarget.FindUserAsync(test.Environment.Target, email, cancellationToken) is { } id
                    ? StepResult.Pass(
                        $"user {id} signed up, confirmed the address and was known to the API after "
                            + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s"
                    )
                    : throw new SmokeFailedException(
                        $"{email} signed up and called the API, but the target's table users has no such address"
                    );
            },
            cancellationToken
        );

    private static string NewPassword() => RandomNumberGenerator.GetHexString(PasswordLength);
}
