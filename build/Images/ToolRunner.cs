using System.Collections.Concurrent;
using Cake.Core.IO;

namespace FreshTrack.Build.Images;

/// <summary>Runs Cake's aliases beside each other: what their programs print is shown only when one fails, and
/// cancellation ends them.</summary>
public sealed class ToolRunner(ICakeContext context)
{
    /// <param name="purpose">«Building freshtrack/api:1f0c…», for the message of a failure.</param>
    /// <exception cref="InvalidOperationException">The program is not there or failed; the message ends with its last
    /// lines.</exception>
    public async Task RunAsync(string purpose, Action<ICakeContext> alias, CancellationToken cancellationToken)
    {
        using var held = new HeldContext(context, cancellationToken);
        try
        {
            await Task.Run(() => alias(held), cancellationToken);
        }
        catch (CakeException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lines = await held.LastLinesAsync(12);
            throw new InvalidOperationException(
                $"{purpose} failed: {failure.Message}{(lines.Length == 0 ? "" : Environment.NewLine)}{lines}",
                failure
            );
        }
    }

    /// <summary>The context of one call: keeps what programs print, and knows which of them run.</summary>
    private sealed class HeldContext(ICakeContext context, CancellationToken cancellationToken)
        : CakeContextAdapter(context),
            IProcessRunner,
            IDisposable
    {
        private const int QuietPauses = 8;
        private const int MostPauses = 50;

        private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

        // Apart: what one of the two says must not push the other's last words out.
        private readonly ConcurrentQueue<string> output = new();
        private readonly ConcurrentQueue<string> errors = new();
        private CancellationTokenRegistration ending;

        public override IProcessRunner ProcessRunner => this;

        public IProcess Start(FilePath filePath, ProcessSettings settings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            settings.SetRedirectStandardOutput(true).SetRedirectStandardError(true);
            settings.RedirectedStandardOutputHandler = line => Keep(line, output);
            settings.RedirectedStandardErrorHandler = line => Keep(line, errors);
            var process = base.ProcessRunner.Start(filePath, settings);
            ending.Dispose();
            ending = cancellationToken.Register(() => End(process));
            return process;
        }

        /// <summary>Waits until nothing more comes: the last lines of a program may be read after its end, on a busy
        /// machine long after.</summary>
        public async Task<string> LastLinesAsync(int count)
        {
            for (var (known, quiet, pauses) = (Count, 0, 0); quiet < QuietPauses && pauses < MostPauses; pauses++)
            {
                await Task.Delay(Settling, TimeProvider.System, CancellationToken.None);
                quiet = known == Count ? quiet + 1 : 0;
                known = Count;
            }

            return string.Join(System.Environment.NewLine, output.TakeLast(count).Concat(errors.TakeLast(count)));
        }

        public void Dispose() => ending.Dispose();

        private static void End(IProcess process)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It ended by itself, a moment earlier.
            }
        }

        private int Count => output.Count + errors.Count;

        private static string Keep(string line, ConcurrentQueue<string> lines)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Enqueue(line.Trim());
            }

            return line;
        }
    }
}
