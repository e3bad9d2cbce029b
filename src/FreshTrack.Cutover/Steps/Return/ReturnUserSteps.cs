using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Rollback;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The users of a return: whoever signed up on the new side gets an account in the source before their rows go
/// back. Each step looks at what is there, so it may be run again.</summary>
public static class ReturnUserSteps
{
    /// <summary>Lets Supabase Auth write to its users, and nobody to anything else.</summary>
    public static async Task<StepResult> ReleaseUsersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (VerifiedTarget.Refusal(run) is { } refusal)
        {
            return refusal;
        }

        if (!await HasUsersAsync(run, cancellationToken))
        {
            return StepResult.Pass("the source has no users of Supabase Auth");
        }

        var denied = await FreezeSteps.Of(run).ReleaseTableAsync(ResolvedPlan.AuthUsers, cancellationToken);
        var rest = denied.Count == 0 ? "" : $"; not permitted: {string.Join("; ", denied)}";
        return StepResult.Pass($"{ResolvedPlan.AuthUsers} takes writes, everything else refuses them{rest}");
    }

    /// <summary>Creates who signed up on the new side, and bars who was deleted there.</summary>
    public static async Task<StepResult> CreateUsersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (VerifiedTarget.Refusal(run) is { } refusal)
        {
            return refusal;
        }

        var scope = await ReturnScope.ReadAsync(run, cancellationToken);
        if (scope.Users is not { } users)
        {
            return StepResult.Pass("the plan moves no users");
        }

        var ledger = new ReturnLedger(run.Evidence.RunId);
        await using var source = await ReturnSession.OpenAsync(run.Environment.Source, cancellationToken);
        await ReturnLedger.EnsureAsync(source, cancellationToken);
        try
        {
            var found = await new ReturnUsers(
                users,
                source,
                run.Environment.Target,
                run.Environment.SupabaseAuth,
                ledger,
                run.Evidence.RunId,
                run.Clock
            ).RunAsync(cancellationToken);
            var report = await RollbackFile.KeepAsync(
                run,
                before =>
                    before with
                    {
                        UsersCreated = found.Created,
                        UsersBarred = found.Barred,
                        UsersReaddressed = [.. before.UsersReaddressed.Union(found.Readdressed)],
                    },
                cancellationToken
            );
            return StepResult.Pass(
                $"{found.Created.Count} users created, who must reset their password; {found.Barred.Count} barred who "
                    + $"were deleted on the new side; {report.UsersReaddressed.Count} have another address",
                report
            );
        }
        catch (Exception error) when (error is ReturnException or SupabaseAuthException)
        {
            return new StepResult(Verdict.Fail, error.Message);
        }
    }

    /// <summary>Closes the users' table again, where the source has one.</summary>
    internal static async Task CloseUsersAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (await HasUsersAsync(run, cancellationToken))
        {
            await FreezeSteps.Of(run).FreezeTableAsync(ResolvedPlan.AuthUsers, cancellationToken);
        }
    }

    private static Task<bool> HasUsersAsync(RunContext run, CancellationToken cancellationToken) =>
        run.Environment.Source.ScalarAsync<bool>(
            Sql.Format($"select to_regclass({Sql.Literal(Sql.Format($"{ResolvedPlan.AuthUsers}").Text)}) is not null"),
            cancellationToken
        );
}
