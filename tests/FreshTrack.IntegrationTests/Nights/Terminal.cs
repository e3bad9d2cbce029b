using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>A program on a pseudo-terminal, as a release manager has it: what it prints is read, and what it asks is
/// typed.</summary>
internal sealed partial class Terminal : IAsyncDisposable
{
    /// <summary>A program that says nothing for so long waits for an answer that nobody gives.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>As an answer: what is typed before is given up, and the program interrupted.</summary>
    public const string CtrlC = "\u0003";

    private readonly Process process;
    private readonly StringBuilder text = new();
    private readonly Lock gate = new();
    private readonly Task reading;
    private long printedAt = TimeProvider.System.GetTimestamp();
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
        await TypeAsync(answer, cancellationToken);
    }

    /// <summary>Waits until the text stands there, after what was waited for before.</summary>
    public async Task WaitAsync(string expected, CancellationToken cancellationToken)
    {
        while (Find([expected]) is null)
        {
            DemandRunning($"never printed '{expected}'");
            await PauseAsync($"'{expected}'", cancellationToken);
        }
    }

    /// <summary>Answers whichever question comes, until the program has ended.</summary>
    /// <param name="answers">A question without an answer must not come.</param>
    /// <returns>The program's exit code.</returns>
    public async Task<int> AnswerAllAsync(
        IReadOnlyDictionary<string, string?> answers,
        CancellationToken cancellationToken
    )
    {
        while (!HasEnded)
        {
            if (Find(answers.Keys) is not { } question)
            {
                await PauseAsync("its end", cancellationToken);
            }
            else if (answers[question] is { } answer)
            {
                await TypeAsync(answer, cancellationToken);
            }
            else
            {
                Assert.Fail($"'{question}' was asked:\n{Text}");
            }
        }

        return process.ExitCode;
    }

    /// <summary>Waits for the end of a program that asks nothing more.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        while (!HasEnded)
        {
            await PauseAsync("its end", cancellationToken);
        }

        return process.ExitCode;
    }

    /// <summary>Ends the program that was started on the terminal with SIGKILL, and it alone: what it started itself is
    /// left to whoever comes next.</summary>
    /// <returns>False when it had ended by itself.</returns>
    public async Task<bool> KillProgramAsync(CancellationToken cancellationToken)
    {
        while (!process.HasExited)
        {
            if (Descendants(process.Id).FirstOrDefault(IsProgram) is var program and > 0 && TryKill(program))
            {
                return true;
            }

            // The shell before it has not made way for it yet, or it has ended by itself.
            await Task.Delay(1, cancellationToken);
        }

        return false;
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

    // A test run in the background ignores the interrupt, and so would the program.
    private static string Shell(IEnumerable<string> command) =>
        string.Join(
            ' ',
            command.Prepend("--default-signal=INT").Prepend("env").Select(word => $"'{word.Replace("'", "'\\''")}'")
        );

    private bool HasEnded => process.HasExited && reading.IsCompleted;

    private async Task TypeAsync(string answer, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteAsync(
            (answer == CtrlC ? answer : $"{answer}\r").AsMemory(),
            cancellationToken
        );
        await process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <returns>The first of the texts that stands after what was seen before; null for none.</returns>
    private string? Find(IEnumerable<string> texts)
    {
        var now = Text;
        var found = texts
            .Select(text => (Text: text, At: now.IndexOf(text, seen, StringComparison.Ordinal)))
            .Where(item => item.At >= 0)
            .OrderBy(item => item.At)
            .FirstOrDefault();
        seen = found.Text is null ? seen : found.At + found.Text.Length;
        return found.Text;
    }

    private void DemandRunning(string what)
    {
        if (HasEnded)
        {
            Assert.Fail($"The program ended with {process.ExitCode} and {what}:\n{Text}");
        }
    }

    private async Task PauseAsync(string expected, CancellationToken cancellationToken)
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref printedAt)) > Silence)
        {
            Assert.Fail($"The program has said nothing for {Silence}; {expected} was expected:\n{Text}");
        }

        await Task.Delay(20, cancellationToken);
    }

    private static IEnumerable<int> Descendants(int parent) =>
        Children(parent).SelectMany(child => Descendants(child).Prepend(child));

    private static IEnumerable<int> Children(int parent)
    {
        try
        {
            return File.ReadAllText($"/proc/{parent}/task/{parent}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(int.Parse);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return [];
        }
    }

    private static bool IsProgram(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0') is ["dotnet", ..];
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private static bool TryKill(int id)
    {
        try
        {
            using var found = Process.GetProcessById(id);
            found.Kill();
            return true;
        }
        catch (ArgumentException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await process.StandardOutput.ReadAsync(buffer, CancellationToken.None) is > 0 and var read)
        {
            lock (gate)
            {
                text.Append(buffer, 0, read);
                Volatile.Write(ref printedAt, TimeProvider.System.GetTimestamp());
            }
        }
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]", RegexOptions.NonBacktracking)]
    private static partial Regex Escapes();
}
