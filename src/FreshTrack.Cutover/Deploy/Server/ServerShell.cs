using CliWrap;
using FreshTrack.Cutover.Processes;

namespace FreshTrack.Cutover.Deploy;

/// <summary>Runs programs on the server, directly or over the machine's own <c>ssh</c>: keys, agents, jump hosts and
/// known hosts are the ones that its user has already. Nothing is asked: a key that needs a passphrase comes from
/// an agent.</summary>
/// <param name="sshConfig">A configuration file in place of the user's own; null for that.</param>
public sealed class ServerShell(ServerAddress address, string? sshConfig = null)
{
    /// <summary>What ssh itself ends with when it could not connect.</summary>
    private const int NotConnected = 255;

    private const int MostShown = 4_000;

    public ServerAddress Address { get; } = address;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="words">The program and its arguments; none of them may be a secret, since every user of a machine
    /// sees them.</param>
    /// <param name="input">What it reads; nothing when null.</param>
    /// <returns>What it printed to its standard output.</returns>
    /// <exception cref="ServerException">It failed, or the server was not reached.</exception>
    public async Task<string> RunAsync(
        IReadOnlyList<string> words,
        CancellationToken cancellationToken,
        PipeSource? input = null
    )
    {
        var (code, output, last) = await TryAsync(words, cancellationToken, input);
        Demand(code, words, last);
        return output;
    }

    /// <summary>Runs a program to its end, and copies what it prints to its standard output as it is.</summary>
    /// <exception cref="ServerException">It failed, or the server was not reached.</exception>
    public async Task ReadAsync(IReadOnlyList<string> words, Stream output, CancellationToken cancellationToken)
    {
        var last = new LastLine();
        var code = await Command(words)
            .WithStandardOutputPipe(PipeTarget.ToStream(output))
            .WithStandardErrorPipe(last.Pipe)
            .RunAsync(cancellationToken);
        Demand(code, words, last.Text);
    }

    /// <summary>As <see cref="RunAsync"/>, whatever it ends with.</summary>
    /// <returns>The exit code, the standard output, and the last line of both outputs without what may be a
    /// secret.</returns>
    /// <exception cref="ServerException">The server was not reached.</exception>
    public async Task<(int Code, string Output, string Last)> TryAsync(
        IReadOnlyList<string> words,
        CancellationToken cancellationToken,
        PipeSource? input = null
    )
    {
        var output = new StringWriter();
        var last = new LastLine();
        var code = await Command(words)
            .WithStandardInputPipe(input ?? PipeSource.Null)
            .WithStandardOutputPipe(PipeTarget.Merge(PipeTarget.ToDelegate(output.WriteLine), last.Pipe))
            .WithStandardErrorPipe(last.Pipe)
            .RunAsync(cancellationToken);
        DemandConnection(code, last.Text);
        return (code, output.ToString(), last.Text);
    }

    /// <summary>Runs a program that goes on until its input ends, and hears each line as it comes.</summary>
    /// <param name="last">Takes in what it, and ssh, print as errors.</param>
    /// <param name="options">More options of ssh.</param>
    /// <param name="stop">Ends it in any case.</param>
    /// <returns>The exit code, and the last line that it printed as an error, without what may be a secret.</returns>
    /// <exception cref="ServerException">The server was not reached, or the connection broke.</exception>
    internal async Task<(int Code, string Last)> ListenAsync(
        IReadOnlyList<string> words,
        PipeSource input,
        Action<string> hear,
        LastLine? last = null,
        IReadOnlyList<string>? options = null,
        CancellationToken stop = default
    )
    {
        last ??= new LastLine();
        var code = await Command(words, options ?? [])
            .WithStandardInputPipe(input)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(hear))
            .WithStandardErrorPipe(last.Pipe)
            .RunAsync(stop);
        DemandConnection(code, last.Text);
        return (code, last.Text);
    }

    /// <summary>One word for a POSIX shell, whatever it holds.</summary>
    internal static string Quoted(string word) => $"'{word.Replace("'", @"'\''")}'";

    private Command Command(IReadOnlyList<string> words, params IReadOnlyList<string> options) =>
        Address.IsLocal
            ? Cli.Wrap(words[0]).WithArguments(words.Skip(1))
            : Cli.Wrap("ssh").WithArguments([.. options, .. Options().Skip(1), string.Join(' ', words.Select(Quoted))]);

    private void Demand(int code, IReadOnlyList<string> words, string last)
    {
        DemandConnection(code, last);
        if (code != 0)
        {
            throw new ServerException($"{Shown(words)} failed on {Address} (exit code {code}): {last}");
        }
    }

    private void DemandConnection(int code, string last)
    {
        if (code == NotConnected && !Address.IsLocal)
        {
            throw new ServerException(
                $"{Address} was not reached over SSH: {last}. Try it by hand: {string.Join(' ', Options())} true"
            );
        }
    }

    private IEnumerable<string> Options() =>
        [
            "ssh",
            "-T",
            .. sshConfig is null ? Array.Empty<string>() : ["-F", sshConfig],
            "-o",
            "BatchMode=yes",
            "-o",
            "ConnectTimeout=15",
            "-o",
            "ServerAliveInterval=15",
            .. Address.Port is { } port ? ["-p", $"{port}"] : Array.Empty<string>(),
            .. Address.User is { } user ? ["-l", user] : Array.Empty<string>(),
            "--",
            Address.Host!,
        ];

    private static string Shown(IEnumerable<string> words)
    {
        var text = string.Join(' ', words);
        return text.Length > MostShown ? $"{text[..MostShown]}…" : text;
    }
}
