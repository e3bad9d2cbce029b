using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Canary;

/// <summary>The canary organization's steps: its creation and removal, and the smoke tests that use it.</summary>
internal static class CanaryRunbook
{
    /// <summary>Puts the canary into the source, days before T-0.</summary>
    public static Step Create { get; } =
        new("canary.create", "Put the canary organization into the source", CanarySteps.CreateAsync)
        {
            Owner = Role.Operations,
            Changes = true,
        };

    /// <summary>Removes the canary once nothing leads back any more.</summary>
    public static Step Remove { get; } =
        new("canary.remove", "Remove the canary organization from both sides", CanarySteps.RemoveAsync)
        {
            Owner = Role.Operations,
            Changes = true,
            Irreversible = true,
        };

    /// <summary>The smoke tests, in their order, while the new system is open for the canary alone.</summary>
    /// <param name="due">When they should be over.</param>
    public static IEnumerable<Step> All(TimeSpan due) =>
        [
            Test("canary.health", "Ask every service for its health", SmokeServiceSteps.HealthAsync) with
            {
                Due = due,
                Changes = false,
            },
            Test("canary.closed", "Prove that nobody but the canary gets in", SmokeServiceSteps.ClosedAsync),
            Test("canary.signin", "Reset the owner's password by mail and sign in", SmokeAccountSteps.SignInAsync),
            Test("canary.signup", "Sign a new user up and confirm the address", SmokeAccountSteps.SignUpAsync),
            Test("canary.readings", "See readings from before the move", SmokeReadingSteps.ReadingsAsync),
            Test("canary.area", "Create an area", SmokeReadingSteps.CreateAreaAsync),
            Test("canary.webhook", "Send a test TTN webhook and see its reading", SmokeReadingSteps.WebhookAsync),
            Test("canary.breach", "Raise one alert, and one message", SmokeAlertSteps.BreachAsync),
            Test("canary.acknowledge", "Acknowledge the alert", SmokeAlertSteps.AcknowledgeAsync),
        ];

    private static Step Test(string id, string title, StepAction run) =>
        new(id, title, run)
        {
            Owner = Role.Operations,
            Changes = true,
            // Once the new system is open, what was tried while it was held cannot be tried again.
            SettledBy = id,
        };
}
