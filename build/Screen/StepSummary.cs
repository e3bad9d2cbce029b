namespace FreshTrack.Build.Screen;

/// <summary>Adds a run's summary to the page that GitHub Actions shows of a job; elsewhere it does nothing.</summary>
public static class StepSummary
{
    public const string Variable = "GITHUB_STEP_SUMMARY";

    /// <param name="folder">The judged run's.</param>
    /// <returns>Why the summary could not be added, which is no reason for another verdict; null when it was or need
    /// not be.</returns>
    public static async Task<string?> AppendAsync(string folder, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } page)
        {
            return null;
        }

        try
        {
            await File.AppendAllTextAsync(
                page,
                await File.ReadAllTextAsync(Path.Combine(folder, "summary.md"), cancellationToken) + "\n",
                cancellationToken
            );
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The summary was not added to {Variable} '{page}': {e.Message}";
        }
    }
}
