using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;
using Npgsql;
using Spectre.Console;

namespace FreshTrack.Build.CommandLine;

/// <summary>A person's word before anything that others depend on is changed: the environment's name, typed. On a stage
/// <c>--yes</c> will do, and what a stage is say the marks in its databases.</summary>
/// <param name="hasTerminal">Whether somebody can be asked.</param>
/// <param name="yes">Whether <c>--yes</c> was given.</param>
public sealed class Confirmation(IAnsiConsole console, bool hasTerminal, bool yes)
{
    internal static Confirmation Of(BuildContext context) =>
        new(context.Console, !Console.IsInputRedirected, context.Flag("yes"));

    /// <summary><c>--yes</c> was given.</summary>
    public bool IsYes => yes;

    /// <summary>Somebody sees a question and can answer it; with its output in a pipe nobody does.</summary>
    public bool CanAsk => !yes && hasTerminal && console.Profile.Capabilities.Interactive;

    /// <param name="what">What will be done: «close the source for writing».</param>
    /// <exception cref="RefusedException">It was not confirmed, or nobody could be asked; nothing was
    /// changed.</exception>
    public Task DemandAsync(CutoverEnvironment environment, string what, CancellationToken cancellationToken) =>
        DemandAsync(environment, what, environment.Name, cancellationToken);

    /// <param name="what">What will be done: «close the source for writing».</param>
    /// <param name="name">What is typed: the environment's name, or the server's where that could be another
    /// one.</param>
    /// <exception cref="RefusedException">It was not confirmed, or nobody could be asked; nothing was
    /// changed.</exception>
    public Task DemandAsync(
        CutoverEnvironment environment,
        string what,
        string name,
        CancellationToken cancellationToken
    ) =>
        yes ? DemandMarksAsync(environment, what, cancellationToken)
        : CanAsk ? AskAsync(environment, what, name, cancellationToken)
        : throw NoTerminal(environment, what);

    /// <exception cref="RefusedException">Nobody can be asked.</exception>
    public void DemandTerminal(CutoverEnvironment environment, string what)
    {
        if (!CanAsk)
        {
            throw NoTerminal(environment, what);
        }
    }

    private static RefusedException NoTerminal(CutoverEnvironment environment, string what) =>
        new(
            $"This would {what} in '{environment.Name}', but nobody can be asked: no terminal is attached. Run it in a "
                + "terminal, its output not in a pipe, or on a stage with --yes. Nothing was changed."
        );

    private async Task AskAsync(
        CutoverEnvironment environment,
        string what,
        string name,
        CancellationToken cancellationToken
    )
    {
        console.WriteLine($"This will {what} in '{environment.Name}'.");
        var typed = await console.PromptAsync(
            new TextPrompt<string>(Markup.Escape($"Type {name} to confirm, anything else to stop:"))
            {
                AllowEmpty = true,
            },
            cancellationToken
        );
        if (typed.Trim() != name)
        {
            throw new RefusedException($"'{typed.Trim()}' was typed, expected '{name}'. Nothing was changed.");
        }
    }

    private async Task DemandMarksAsync(
        CutoverEnvironment environment,
        string what,
        CancellationToken cancellationToken
    )
    {
        var source = await MarkAsync("source", environment, () => environment.Source, cancellationToken);
        var target = await MarkAsync("target", environment, () => environment.Target, cancellationToken);
        if (source != target)
        {
            throw new RefusedException(
                $"--yes is for a stage, whose source and target carry one mark, and here the source is of "
                    + $"'{source}', the target of '{target}'. Name the environment's file that Stage wrote. "
                    + "Nothing was changed."
            );
        }

        console.WriteLine($"--yes: will {what} of stage {source}");
    }

    private static async Task<string> MarkAsync(
        string side,
        CutoverEnvironment environment,
        Func<NpgsqlDataSource> database,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await StageMark.ReadAsync(database(), cancellationToken)
                ?? throw new RefusedException(
                    $"--yes is for stages, and the {side} of '{environment.Name}' does not carry the mark of one, "
                        + "wherever its address points to. Without --yes, in a terminal, you are asked to type the "
                        + "environment's name. Nothing was changed."
                );
        }
        catch (NpgsqlException failure)
        {
            throw new RefusedException(
                $"--yes is for stages, and the {side} of '{environment.Name}' cannot be asked for the mark of one: "
                    + $"{failure.Message.TrimEnd('.')}. Start it, or correct its address. Nothing was changed.",
                failure
            );
        }
    }
}
