using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>A program on a pseudo-terminal, as a release manager has it: what it prints is read, and what it asks is
/// typed.</summary>
internal sealed partial class Terminal : IAsyncDisposable
{
    /// <summary>As an answer: what is typed before is given up, and the program interrupted.</summary>
    public const string CtrlC = "\u0003";

    private readonly Process process;
    private readonly StringBuilder text = new();
    private readonly Lock gate = new();
    private readonly Task reading;
    private int seen;

    private Terminal(Process process)
    {
        this.process = process;
        reading = ReadAsync();
    }

    public int ProcessId => process.Id;

    /// <summary>All that was printed, without colours.</summary>
    public string Text
    {
        get
        {
            lock (gate)
            {
                return Escapes().Replace($"{text}", "");
            }
        }
    }

    public static Terminal Start(string folder, params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", Shell(command), "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["COLUMNS"] = "240";
        start.Environment.Remove("CI");
        return new Terminal(Process.Start(start)!);
    }

    /// <summary>Waits until a question stands there, and answers it.</summary>
    public async Task AnswerAsync(string question, string answer, CancellationToken cancellationToken)
    {
        await WaitAsync(question, cancellationToken);
        await process.StandardInput.WriteAsync(
            (answer == CtrlC ? answer : $"{answer}\r").AsMemory(),
            cancellationToken
        );
        await process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <summary>Waits until the text stands there, after what was waited for before.</summary>
    public async Task WaitAsync(string expected, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = Text;
            var found = now.IndexOf(expected, seen, StringComparison.Ordinal);
            if (found >= 0)
            {
                seen = found + expected.Length;
                return;
            }

            if (process.HasExited && reading.IsCompleted)
            {
                Assert.Fail($"The program ended with {process.ExitCode} and never printed '{expected}':\n{now}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        await reading;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        await reading;
        process.Dispose();
    }

    private static string Shell(IEnumerable<string> command) =>
        string.Join(' ', command.Select(word => $"'{word.Replace("'", "'\\''")}'"));

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await process.StandardOutput.ReadAsync(buffer, CancellationToken.None) is > 0 and var read)
        {
            lock (gate)
            {
                text.Append(buffer, 0, read);
            }
        }
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]", RegexOptions.NonBacktracking)]
    private static partial Regex Escapes();
}
