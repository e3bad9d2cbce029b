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
    /// <summary>What two machines' clocks may differ by.</summary>
    private static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(30);

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
                    : $"the environment's file names nobody for {string.Join(", ", missing)}; environments/example.yaml "
                        + "shows how"
            )
        );
    }

    /// <summary>Every server answers to the secret that the environment's file names, and the clocks agree.</summary>
    public static async Task<StepResult> ServersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var environment = run.Environment;
        (string Name, Func<Task> Ask)[] servers =
        [
            ("source", () => ClockAsync("source", environment.Source, run.Clock, cancellationToken)),
            ("target", () => ClockAsync("target", environment.Target, run.Clock, cancellationToken)),
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
            ? StepResult.Pass("source, target and object store answer, and their clocks agree with this machine's")
            : new StepResult(Verdict.Fail, string.Join("; ", problems));
    }

    private static async Task ClockAsync(
        string name,
        NpgsqlDataSource database,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var before = clock.GetUtcNow();
        var there = await database.ScalarAsync<DateTime>(new Sql("select clock_timestamp()"), cancellationToken);
        var difference = there - (before + ((clock.GetUtcNow() - before) / 2)).UtcDateTime;
        if (difference.Duration() > ClockLimit)
        {
            throw new InvalidOperationException(
                $"the clock of the {name} differs from this machine's by {difference.TotalSeconds:0} s, expected at most "
                    + $"{ClockLimit.TotalSeconds:0} s. Set the clocks by NTP"
            );
        }
    }
}
