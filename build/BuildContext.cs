using System.Globalization;
using System.Reflection;
using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build;

/// <summary>What a task may use: its options, the repository's folders,
/// the clock, the console, the one token and the exit code.</summary>
public sealed class BuildContext(ICakeContext context, BuildRun run) : FrostingContext(context)
{
    /// <summary>Cancelled by Ctrl-C and SIGTERM.</summary>
    public CancellationToken Cancellation => run.Cancellation;

    /// <summary>The program's exit code; a task that throws need not set it.</summary>
    public int ExitCode
    {
        get => run.ExitCode;
        set => run.ExitCode = value;
    }

    /// <summary>Absolute path of the folder that holds FreshTrack.sln.</summary>
    public string RepositoryRoot => run.RepositoryRoot;

    /// <summary>Absolute path of the folder below which everything is written.</summary>
    public string ArtifactsDirectory => Path.Combine(RepositoryRoot, "artifacts");

    public TimeProvider TimeProvider => run.TimeProvider;

    public IAnsiConsole Console { get; } = UnwrappedConsole();

    public TaskCatalog Targets => run.Targets;

    /// <summary><c>curated</c> or <c>full</c>: the feed that this program was built with.</summary>
    public string PackageFeed { get; } =
        typeof(BuildContext)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(attribute => attribute.Key == nameof(PackageFeed))
            .Value!;

    /// <summary>Printed after Cake's summary, as the end of the output.</summary>
    public string? LastLine
    {
        get => run.LastLine;
        set => run.LastLine = value;
    }

    /// <summary>The plan that <c>--plan</c> names, or FreshTrack's own.</summary>
    public string PlanPath => Option("plan", Path.Combine(RepositoryRoot, "fixtures", "plans", "freshtrack.yaml"));

    /// <summary>The policy that <c>--policy</c> names, or FreshTrack's own.</summary>
    public string PolicyPath => Option("policy", Path.Combine(RepositoryRoot, "build", "policy.yaml"));

    /// <summary>Absolute path of the folder that holds the evidence of all runs.</summary>
    public string RunsDirectory => Path.Combine(ArtifactsDirectory, "runs");

    /// <summary>The option's value, or null when it was not given.</summary>
    public string? Option(string name) => Arguments.GetArguments(Declared(name).ArgumentName).FirstOrDefault();

    public string Option(string name, string fallback) => Option(name) ?? fallback;

    /// <summary>Whether an option without a value was given.</summary>
    public bool Flag(string name) => Arguments.HasArgument(Declared(name).ArgumentName);

    /// <exception cref="RefusedException">The value is not a whole number.</exception>
    public int Number(string name, int fallback) => Option(name) is { } text ? ParseNumber(name, text) : fallback;

    /// <exception cref="RefusedException">The text is not a whole number.</exception>
    internal static int ParseNumber(string name, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, null, out var number)
            ? number
            : throw new RefusedException($"Invalid --{name} '{text}'. Use a whole number.");

    // Without a terminal Spectre would break lines at 80 columns, also inside paths and messages that are searched for.
    private static IAnsiConsole UnwrappedConsole()
    {
        var console = AnsiConsole.Console;
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 1000;
        }

        return console;
    }

    // A misspelt name would read as «not given» for ever.
    private TaskOptionAttribute Declared(string name) =>
        Targets.FindOption(name)
        ?? throw new InvalidOperationException(
            $"No task declares the option '{name}'. Put [TaskOption(\"{name}\", …)] on the task that reads it."
        );
}
