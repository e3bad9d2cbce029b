using System.Security.Cryptography;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The canary organization: put into the source at T-48h, moved like any other, removed at
/// completion.</summary>
public static class CanarySteps
{
    private const int SecretBytes = 20;

    private static readonly Dictionary<string, string> Mark = new() { ["freshtrack"] = "canary" };

    /// <summary>Creates what is missing of it, so that it may be run again.</summary>
    public static async Task<StepResult> CreateAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var environment = run.Environment;
        if (await CanarySource.FindNamesakeAsync(environment.Source, cancellationToken) is { } other)
        {
            return new StepResult(
                Verdict.Fail,
                $"organization {other} of the source has the canary's slug '{CanaryIds.Slug}'; give it another one"
            );
        }

        await CreateOrganizationAsync(run, cancellationToken);
        var lacking =
            environment.CanaryAddresses is null ? "canary.mailbox"
            : environment.SupabaseAuth is null ? "source.auth"
            : null;
        if (lacking is not null)
        {
            return new StepResult(
                Verdict.Inconclusive,
                $"organization {CanaryIds.Slug} is in the source, without anybody who could sign in: the environment's "
                    + $"file has no {lacking}. environments/example.yaml shows how; then run this again"
            )
            {
                Output = new CanaryOutput(Owner: null, Viewer: null),
            };
        }

        progress.Report(new StepProgress("creating its people through Supabase Auth"));
        var addresses = environment.CanaryAddresses!;
        var owner = await PersonAsync(run, addresses.Owner, "Canary owner", "owner", cancellationToken);
        var viewer = await PersonAsync(run, addresses.Viewer, "Canary viewer", "viewer", cancellationToken);
        await CanarySource.AddContactAsync(environment.Source, addresses.Alerts, cancellationToken);
        return StepResult.Pass(
            $"organization {CanaryIds.Slug} is in the source, with a sensor, an owner and a viewer",
            new CanaryOutput(owner, viewer)
        );
    }

    /// <summary>Removes it from both sides, with its people in Stack Auth and Supabase Auth.</summary>
    public static async Task<StepResult> RemoveAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var environment = run.Environment;
        progress.Report(new StepProgress("target"));
        var users = await CanaryTarget.RemoveAsync(environment.Target, environment.CanaryAddresses, cancellationToken);
        users += await RemoveFromStackAuthAsync(environment, cancellationToken);
        progress.Report(new StepProgress("source"));
        users += await RemoveFromSourceAsync(environment, cancellationToken);
        return environment is { CanaryAddresses: not null, StackAuth: not null, SupabaseAuth: not null }
            ? StepResult.Pass($"the canary organization is gone from both sides, and {users} accounts of its people")
            : new StepResult(
                Verdict.Warn,
                $"the canary organization is gone from both sides, and {users} accounts of its people; the "
                    + "environment's "
                    + "file lacks canary.mailbox or source.auth, so look for others by hand"
            );
    }

    private static async Task CreateOrganizationAsync(RunContext run, CancellationToken cancellationToken)
    {
        var environment = run.Environment;
        var key = environment.WebhookKey;
        if (await CanarySource.FindSecretAsync(environment.Source, cancellationToken) is { } existing)
        {
            // One that does not open would be found out in the night otherwise.
            WebhookSecret.Open(existing, key.Span, CanaryIds.Organization);
        }

        var secret = $"whsec_{RandomNumberGenerator.GetHexString(SecretBytes * 2, lowercase: true)}";
        await CanarySource.CreateAsync(
            environment.Source,
            CanaryLimits.In(environment.TemperatureUnit),
            WebhookSecret.Seal(secret, key.Span),
            secret[^4..],
            run.Clock.GetUtcNow(),
            cancellationToken
        );
    }

    private static async Task<Guid> PersonAsync(
        RunContext run,
        string email,
        string name,
        string role,
        CancellationToken cancellationToken
    )
    {
        var source = run.Environment.Source;
        var id =
            await CanarySource.FindUserAsync(source, email, cancellationToken)
            ?? await run.Environment.SupabaseAuth!.CreateUserAsync(
                new NewSupabaseUser(email, IsConfirmed: true, Metadata: null),
                Mark,
                cancellationToken
            )
            ?? throw new SupabaseAuthException(
                $"Supabase Auth says that {email} is taken, and auth.users has no such user who is not deleted. Delete "
                    + "that account, or name other addresses in canary.mailbox."
            );
        await CanarySource.AddPersonAsync(source, id, email, name, role, cancellationToken);
        return id;
    }

    private static async Task<int> RemoveFromStackAuthAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        if (environment is not { StackAuth: { } stackAuth, CanaryAddresses: { } addresses })
        {
            return 0;
        }

        var people = new List<StackUser>();
        await foreach (var user in stackAuth.ListUsersAsync(cancellationToken))
        {
            if (user.Email is { } email && addresses.Include(email))
            {
                people.Add(user);
            }
        }

        foreach (var person in people)
        {
            await stackAuth.DeleteUserAsync(person.Id, cancellationToken);
        }

        return people.Count;
    }

    private static async Task<int> RemoveFromSourceAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        await CanarySource.RemoveAsync(environment.Source, cancellationToken);
        if (environment is not { SupabaseAuth: { } auth, CanaryAddresses: { } addresses })
        {
            return 0;
        }

        var users = await CanarySource.UsersAsync(environment.Source, cancellationToken);
        var people = users.Where(user => addresses.Include(user.Email)).ToList();
        foreach (var (id, _) in people)
        {
            await auth.DeleteUserAsync(id, cancellationToken);
        }

        return people.Count;
    }
}

/// <summary>What the canary's creation leaves in the journal.</summary>
/// <param name="Owner">Of the source; null where the canary has no people.</param>
/// <param name="Viewer">Of the source; null where the canary has no people.</param>
public sealed record CanaryOutput(Guid? Owner, Guid? Viewer)
{
    public Guid Organization { get; } = CanaryIds.Organization;

    public Guid Site { get; } = CanaryIds.Site;

    public Guid Area { get; } = CanaryIds.Area;

    public Guid Unit { get; } = CanaryIds.Unit;

    public Guid Sensor { get; } = CanaryIds.Sensor;
}
