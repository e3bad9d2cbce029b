using FreshTrack.Build.CommandLine;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using Spectre.Console;

namespace FreshTrack.Build.Night;

/// <summary>Asks at the terminal: who runs the procedure, who approves, and the environment's name, typed.</summary>
/// <remarks>Names are typed, so they rest on honour; that approver and runner are two people is checked.</remarks>
public sealed class TypedDecisions(IAnsiConsole console, CutoverEnvironment environment, Confirmation confirmation)
    : IDecisions
{
    private const string Retry = "retry";
    private const string Skip = "skip";
    private const string Undo = "undo";
    private const string Stop = "stop";
    private const string GoOn = "continue";

    private string? runner;

    public bool AsksPeople => !confirmation.IsYes;

    public async Task<Approval> ConfirmAsync(
        RunContext run,
        Phase phase,
        Step step,
        CancellationToken cancellationToken
    )
    {
        if (confirmation.IsYes)
        {
            await confirmation.DemandAsync(environment, step.Confirmation!, cancellationToken);
            return new Approval("--yes", "--yes");
        }

        confirmation.DemandTerminal(environment, step.Confirmation!);
        console.WriteLine();
        console.MarkupLine(
            $"[bold]Phase {phase.Number}, {Markup.Escape(phase.Name)}[/] waits for a confirmation. "
                + Markup.Escape($"Step: {step.Title}. Owner: {Owner(step.Owner)}.")
        );
        runner ??= await AskAsync("Your name (who runs this):", "a name", name => name.Length > 0, cancellationToken);
        var approvers = environment.People.Of(Role.Approvers);
        var approver = await AskAsync(
            approvers.Count == 0 ? "Name of who approves:" : $"Name of who approves ({string.Join(", ", approvers)}):",
            approvers.Count == 0 ? "a name other than yours" : "one of the approvers, other than you",
            name =>
                name.Length > 0
                && !Same(name, runner)
                && (approvers.Count == 0 || approvers.Any(one => Same(one, name))),
            cancellationToken
        );
        await confirmation.DemandAsync(environment, step.Confirmation!, cancellationToken);
        return new Approval(runner, approver);
    }

    public async Task<Answer> AnswerAsync(RunContext run, FailedStep failed, CancellationToken cancellationToken)
    {
        if (!confirmation.CanAsk)
        {
            return new Answer.Stop();
        }

        console.WriteLine();
        console.MarkupLine(
            $"[red]{Markup.Escape($"{failed.Step.Title}: {failed.Result.Verdict}")}[/] "
                + Markup.Escape(failed.Result.Summary)
        );
        string[] answers =
        [
            Retry,
            .. failed.Step.Skippable ? [Skip] : Array.Empty<string>(),
            .. failed.CanUndo ? [Undo] : Array.Empty<string>(),
            Stop,
        ];
        return await ChooseAsync(answers, failed.CanUndo, cancellationToken);
    }

    public async Task<Answer> AnswerAsync(RunContext run, LatePhase late, CancellationToken cancellationToken)
    {
        if (!confirmation.CanAsk)
        {
            return new Answer.Again();
        }

        console.WriteLine();
        console.MarkupLine(
            $"[yellow]Phase {late.Phase.Number} is {Format.Duration(late.Late.TotalSeconds)} over its window of "
                + $"{(late.Phase.PlannedEnd - late.Phase.PlannedStart).TotalMinutes:0} min.[/]"
        );
        return await ChooseAsync(late.CanUndo ? [GoOn, Undo, Stop] : [GoOn, Stop], late.CanUndo, cancellationToken);
    }

    private async Task<Answer> ChooseAsync(
        IReadOnlyList<string> answers,
        bool canUndo,
        CancellationToken cancellationToken
    )
    {
        Explain(answers, canUndo);
        var answer = await AskAsync(
            $"Type {string.Join(", ", answers)}:",
            string.Join(" or ", answers),
            answers.Contains,
            cancellationToken
        );
        switch (answer)
        {
            case Retry or GoOn:
                return new Answer.Again();
            case Undo:
                return new Answer.Undo();
            case Skip:
                runner ??= await AskAsync("Your name:", "a name", name => name.Length > 0, cancellationToken);
                var reason = await AskAsync(
                    "Why is it not needed?",
                    "a reason",
                    text => text.Length > 0,
                    cancellationToken
                );
                return new Answer.Skip(reason, runner);
            default:
                return new Answer.Stop();
        }
    }

    private void Explain(IReadOnlyList<string> answers, bool canUndo)
    {
        foreach (var answer in answers)
        {
            console.WriteLine(
                answer switch
                {
                    Retry => "  retry     run the step once more",
                    Skip => "  skip      go on without it, with a reason",
                    Undo => "  undo      take back what was done, and end",
                    GoOn => "  continue  go on",
                    _ => "  stop      leave everything as it is; the same command goes on later",
                }
            );
        }

        if (!canUndo)
        {
            console.WriteLine("  Traffic has moved: ./build.sh Rollback returns to the old system.");
        }
    }

    private Task<string> AskAsync(
        string question,
        string expected,
        Func<string, bool> accepts,
        CancellationToken cancellationToken
    ) =>
        console.PromptAsync(
            new TextPrompt<string>(Markup.Escape(question))
            {
                AllowEmpty = true,
                Validator = typed =>
                    accepts(typed.Trim())
                        ? ValidationResult.Success()
                        : ValidationResult.Error(Markup.Escape($"'{typed.Trim()}' was typed, expected {expected}.")),
                Converter = text => text.Trim(),
            },
            cancellationToken
        );

    private string Owner(Role role) =>
        environment.People.Of(role) is { Count: > 0 } people ? string.Join(", ", people) : $"{role}";

    private static bool Same(string one, string other) =>
        one.Trim().Equals(other.Trim(), StringComparison.OrdinalIgnoreCase);
}
