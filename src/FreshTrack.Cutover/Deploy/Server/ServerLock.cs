using CliWrap;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The right to change what runs from a server's directory; one process has it at a time. It is a lock of the
/// server's kernel, held by a program there that ends with the connection, so it never outlives its holder.</summary>
public sealed class ServerLock : IAsyncDisposable
{
    private const string FileName = "deploy.lock";

    /// <summary>What the program ends with when another one holds the lock.</summary>
    private const int Busy = 75;

    private const string Taken = "taken";

    /// <summary>A connection that breaks without a word is given up after this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // The file stays: a lock on a file that another process removes is a lock on nothing.
    private const string Script = """
        mkdir -p "$1" && exec 9>> "$1/$2" || exit 1
        flock --nonblock 9 || { cat "$1/$2"; exit 75; }
        printf '%s, since %s' "$3" "$(date --utc '+%F %T UTC')" > "$1/$2"
        echo taken
        while IFS= read -r -t "$4" _; do :; done
        : > "$1/$2"
        """;

    private readonly CancellationTokenSource end = new();
    private readonly TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> said = [];
    private readonly TimeProvider clock;
    private readonly string place;
    private readonly Task<(int Code, string Last)> holder;

    private ServerLock(ServerShell shell, string directory, string who, TimeProvider clock)
    {
        (this.clock, place) = (clock, $"{directory} on {shell.Address}");
        holder = shell.ListenAsync(
            Command(directory, who, Patience),
            PipeSource.Create(BeatAsync),
            Hear,
            stop: CancellationToken.None
        );
    }

    /// <param name="directory">The stack's, on the server; made where it is not there.</param>
    /// <param name="what">What it is held for, such as <c>release 0f3c…</c>.</param>
    /// <exception cref="RefusedException">Another process holds it; the message says who, and since when.</exception>
    /// <exception cref="ServerException">The server was not reached, or the directory cannot be written.</exception>
    public static async Task<ServerLock> TakeAsync(
        ServerShell shell,
        string directory,
        string what,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var who = $"{Environment.UserName} on {Environment.MachineName} with {what}";
        var asked = new ServerLock(shell, directory, who, clock);
        try
        {
            await Task.WhenAny(asked.taken.Task, asked.holder).WaitAsync(cancellationToken);
            await asked.DemandTakenAsync();
            return asked;
        }
        catch
        {
            await asked.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="ServerException">The connection that held it broke: another process may have it.</exception>
    public void Demand()
    {
        if (holder.IsCompleted)
        {
            throw new ServerException(
                $"The lock of {place} was lost with its connection, and another deployment may have begun. Run this "
                    + "again: it continues with what is left."
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await ((Task)holder).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    /// <summary>The program that holds the lock until its input ends, or says nothing for a while.</summary>
    internal static IReadOnlyList<string> Command(string directory, string who, TimeSpan patience) =>
        ["bash", "-c", Script, "lock", directory, FileName, who, $"{patience.TotalSeconds:0}"];

    private async Task DemandTakenAsync()
    {
        if (taken.Task.IsCompleted)
        {
            return;
        }

        var (code, last) = await holder;
        throw code == Busy
            ? new RefusedException(
                $"{place} is being changed by {Holder()}. Wait until that has ended, then run this again; if it was "
                    + $"cut off, it is gone after {Patience.TotalSeconds:0} s. Nothing was changed."
            )
            : new ServerException($"{place} could not be locked (exit code {code}): {last}");
    }

    // Its first moment, or its last one: the file is empty then.
    private string Holder() => said.Count == 0 ? "another process" : string.Join(' ', said);

    private void Hear(string line)
    {
        if (line == Taken)
        {
            taken.TrySetResult();
        }
        else
        {
            said.Add(line);
        }
    }

    private async Task BeatAsync(Stream input, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, ended);
        try
        {
            while (true)
            {
                await input.WriteAsync("\n"u8.ToArray(), either.Token);
                await input.FlushAsync(either.Token);
                await Task.Delay(Heartbeat, clock, either.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Its input ends here, and with it the program.
        }
    }
}
