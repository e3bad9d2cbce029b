using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Days before the night: people and servers that it needs are there.</summary>
public static class ReachSteps
{
    /// <summary>The night asks a release manager and another person, and calls the contacts.</summary>
    public static Task<StepResult> PeopleAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var people = run.Environment.People;
        string[] missing =
        [
            .. Enum.GetValues<Role>().Where(role => people.Of(role).Count == 0).Select(role => $"roles: {role}"),
            .. people.Decision is null ? ["roles: decision"] : Array.Empty<string>(),
            .. people.Contacts.Count == 0 ? ["contacts"] : Array.Empty<string>(),
        ];
        var verdict =
            missing.Length == 0 ? Verdict.Pass
            : run.Environment.Kind == EnvironmentKind.Stage ? Verdict.Warn
            : Verdict.Fail;
        return Task.FromResult(
            new StepResult(
                verdict,
                missing.Length == 0
                    ? $"{people.Contacts.Count} contacts, every role has somebody"
                    : $"the environment's file names nobody for {string.Join(", ", missing)}; "
                        + "environments/example.yaml "
                        + "shows how"
            )
        );
    }

    /// <summary>Every server answers to the secret that the environment's file names.</summary>
    public static async Task<StepResult> ServersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report(new StepProgress("asking source, target and object store"));
        var problems = (await ServerCheck.FindAsync(run.Environment, cancellationToken))
            .Select(one => one.Text)
            .ToList();
        var (names, environment) = ("source, target, object store", run.Environment);
        if (environment.StackAuth is { } users)
        {
            names += ", Stack Auth";
            await AskAsync(
                "Stack Auth",
                async () => await users.ListUsersAsync(cancellationToken).AnyAsync(cancellationToken)
            );
        }

        if (environment.CanaryMailbox is { } mailbox)
        {
            names += ", the canary's mailbox";
            await AskAsync("the canary's mailbox", () => mailbox.PositionAsync(cancellationToken));
        }

        return problems.Count == 0
            ? StepResult.Pass($"{names}: all answer")
            : new StepResult(Verdict.Fail, string.Join("; ", problems));

        async Task AskAsync(string name, Func<Task> ask)
        {
            progress.Report(new StepProgress($"asking {name}"));
            try
            {
                await ask();
            }
#pragma warning disable CA1031 // Whatever a server's client throws is what a person has to read here.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                problems.Add($"{name}: {e.Message.TrimEnd('.')}");
            }
        }
    }

    /// <summary>The newest rehearsal tried what customers cannot be without: signing in, readings, webhooks,
    /// alerts.</summary>
    public static async Task<StepResult> WorkflowsAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var runs = Path.GetDirectoryName(run.Evidence.Path)!;
        var folder = EvidenceFolder.FindNewestRehearsal(runs);
        var timeline = folder is null
            ? null
            : await EvidenceFile.FindAsync<Timeline>(folder, "timeline.json", cancellationToken);
        if (timeline is null)
        {
            return new StepResult(
                Verdict.Warn,
                $"no rehearsal in {runs} has tried the critical workflows; run ./build.sh Rehearse before the night"
            );
        }

        var tried = timeline
            .Phases.SelectMany(phase => phase.Steps)
            .Where(step => CanaryRunbook.Smoke.Contains(step.Id))
            .ToDictionary(step => step.Id, step => step.Verdict);
        var open = CanaryRunbook.Smoke.Where(id => tried.GetValueOrDefault(id) != Verdict.Pass).ToList();
        var name = Path.GetFileName(folder);
        return open.Count == 0
            ? StepResult.Pass($"{name} passed {string.Join(", ", CanaryRunbook.Smoke)}")
            : new StepResult(
                Verdict.Warn,
                $"{name} did not pass {string.Join(", ", open)}; find out why and rehearse again before the night"
            );
    }
}
