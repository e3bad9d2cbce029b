using Cake.Core.Diagnostics;
using FreshTrack.Plan;

namespace FreshTrack.Build.CommandLine;

/// <summary>The command line, checked against the targets and in the form that Cake takes.</summary>
/// <param name="Target">The target that was named, if one was.</param>
/// <param name="Arguments">Every argument as <c>--name=value</c>, or <c>--name</c> for Cake's own switches without a
/// value.</param>
public sealed record BuildCommand(Target? Target, bool Help, IReadOnlyList<string> Arguments)
{
    private const string DefaultTarget = "Default";

    /// <exception cref="RefusedException">A target, an option or a value that no task knows.</exception>
    public static BuildCommand Parse(IReadOnlyList<string> args, TaskCatalog targets)
    {
        var tokens = Tokens(args, targets);
        if (
            tokens.FirstOrDefault(token => token.Name == "verbosity") is { } verbosity
            && !VerbosityParser.TryParse(verbosity.Value, out _)
        )
        {
            throw new RefusedException(
                $"Invalid --verbosity '{verbosity.Value}'. Use quiet, minimal, normal, verbose or diagnostic."
            );
        }

        var named = tokens.FirstOrDefault(token => token.Name == "target");
        var target = named is null ? null : targets.Find(named.Value!) ?? throw UnknownTarget(named.Value!, targets);
        var known = target ?? targets.Find(DefaultTarget);
        foreach (var token in tokens.Where(token => CakeSwitch.Find(token.Name, isShort: false) is null))
        {
            Check(token, known, targets);
        }

        var contradiction = known?.Contradictions.FirstOrDefault(pair =>
            tokens.Any(token => token.Name == pair.One) && tokens.Any(token => token.Name == pair.Other)
        );
        if (contradiction is not null)
        {
            throw new RefusedException(
                $"--{contradiction.One} and --{contradiction.Other} contradict each other. Give one of them."
            );
        }

        var twice = tokens.GroupBy(token => token.Name).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new BuildCommand(
                target,
                tokens.Any(token => token.Name == "help"),
                [.. tokens.Select(token => token.ToArgument())]
            )
            : throw new RefusedException($"--{twice.Key} was given {twice.Count()} times. Give it once.");
    }

    private static List<Token> Tokens(IReadOnlyList<string> args, TaskCatalog targets)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < args.Count; at++)
        {
            var text = args[at];
            if (!IsOption(text))
            {
                // The first word is the target: ./build.sh Rehearse --scale smoke
                tokens.Add(
                    tokens.Any(token => token.Name == "target")
                        ? throw StrayWord(text, at)
                        : new Token("target", text, IsFlag: false)
                );
                continue;
            }

            var isShort = !text.StartsWith("--");
            var split = text.IndexOf('=');
            var typed = text[(isShort ? 1 : 2)..(split < 0 ? text.Length : split)];
            var option = isShort ? null : targets.FindOption(typed);
            // Once the first word has said what to run, --target is the task's own: the database.
            var cake =
                option is not null && option.ArgumentName != typed && tokens.Exists(token => token.Name == typed)
                    ? null
                    : CakeSwitch.Find(typed, isShort);
            var name = cake?.Name ?? option?.ArgumentName ?? typed;
            var isFlag = (cake is not null && cake.Values is null) || (option is not null && option.Values is null);
            if (isFlag && split >= 0)
            {
                throw new RefusedException($"--{name} takes no value. Give it alone.");
            }

            var value = split >= 0 ? text[(split + 1)..] : null;
            if (value is null && !isFlag && at + 1 < args.Count && !IsOption(args[at + 1]))
            {
                value = args[++at];
            }

            if (value is null && !isFlag && (cake is not null || option is { MayOmitValue: false }))
            {
                throw new RefusedException($"--{name} needs a value: {cake?.Values ?? option!.Values}.");
            }

            tokens.Add(new Token(name, value, isFlag && cake is not null));
        }

        return tokens;
    }

    // A negative number is a value.
    private static bool IsOption(string text) => text.Length > 1 && text[0] == '-' && !char.IsDigit(text[1]);

    private static void Check(Token token, Target? target, TaskCatalog targets)
    {
        var option = target?.Options.FirstOrDefault(option => option.ArgumentName == token.Name);
        if (option is null)
        {
            // Without a target any target's option may have been meant.
            var options = target is { Name: not DefaultTarget }
                ? target.Options
                : targets.Targets.SelectMany(known => known.Options);
            var names = options.Select(known => known.Name).Concat(CakeSwitch.All.Select(cake => cake.Name)).Distinct();
            var name = target?.Name ?? "TARGET";
            throw new RefusedException(
                $"Unknown option --{token.Name} of target {name}. "
                    + $"{Nearest.Suggest(token.Name, names, "--")}./build.sh {name} --help lists its options."
            );
        }

        if (token.Value is not null)
        {
            option.Check(token.Value);
        }
    }

    private static RefusedException UnknownTarget(string name, TaskCatalog targets) =>
        new(
            $"Unknown target{(IsPlain(name) ? $" '{name}'" : "")}. "
                + $"{Nearest.Suggest(name, targets.Targets.Select(target => target.Name), "")}./build.sh "
                + "--description lists the targets."
        );

    private static RefusedException StrayWord(string word, int at) =>
        new(
            $"Unexpected word {(IsPlain(word) ? $"'{word}'" : $"(argument {at + 1})")}. "
                + "One target is run at a time; a value follows its option: ./build.sh TARGET --option value."
        );

    // A word that is no plain name may be an address with a password in it.
    private static bool IsPlain(string word) =>
        word.Length < 40 && word.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_');

    /// <param name="IsFlag">A switch of Cake's, which takes no value.</param>
    private sealed record Token(string Name, string? Value, bool IsFlag)
    {
        public string ToArgument() => IsFlag ? $"--{Name}" : $"--{Name}={Value ?? TaskOptionAttribute.Omitted}";
    }
}
