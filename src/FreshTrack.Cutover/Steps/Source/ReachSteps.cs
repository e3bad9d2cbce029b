using FreshTrack.Cutover.Environments;
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
        var problems = await ServerCheck.FindAsync(run.Environment, cancellationToken);
        return problems.Count == 0
            ? StepResult.Pass("source, target and object store answer")
            : new StepResult(Verdict.Fail, string.Join("; ", problems.Select(problem => problem.Text)));
    }
}
