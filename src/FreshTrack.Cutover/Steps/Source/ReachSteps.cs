using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Plan;
using Npgsql;

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
        var environment = run.Environment;
        (string Name, Func<Task> Ask)[] servers =
        [
            ("source", () => environment.Source.ExecuteAsync(new Sql("select 1"), cancellationToken)),
            ("target", () => environment.Target.ExecuteAsync(new Sql("select 1"), cancellationToken)),
            ("object store", () => environment.ObjectStore.EnsureBucketAsync(cancellationToken)),
        ];
        var problems = new List<string>();
        foreach (var (name, ask) in servers)
        {
            progress.Report(new StepProgress(name));
            try
            {
                await ask();
            }
            catch (Exception e) when (e is NpgsqlException or MigrationException or InvalidOperationException)
            {
                problems.Add($"{name}: {e.Message.TrimEnd('.')}");
            }
        }

        return problems.Count == 0
            ? StepResult.Pass("source, target and object store answer")
            : new StepResult(Verdict.Fail, string.Join("; ", problems));
    }
}
