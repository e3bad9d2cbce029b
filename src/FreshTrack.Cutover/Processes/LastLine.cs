using System.Text;
using CliWrap;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Processes;

/// <summary>Takes in what a program prints and keeps its last line, in which nothing that may be a secret is
/// shown.</summary>
/// <param name="mark">A text by which the program marks its errors: the last line with it comes before all others. Null
/// where it has none.</param>
public sealed class LastLine(string? mark = null)
{
    private const int Longest = 300;
    private const string Hidden = "***";

    private readonly Lock reading = new();
    private string line = "";

    /// <summary>For both outputs of one program.</summary>
    public PipeTarget Pipe => PipeTarget.ToDelegate(Take, Encoding.UTF8);

    /// <summary>The last line that was not empty, at most 300 characters of it; "it printed nothing" where there was
    /// none.</summary>
    public string Text
    {
        get
        {
            lock (reading)
            {
                return line.Length == 0 ? "it printed nothing" : Masked(line);
            }
        }
    }

    /// <summary>A line as it may be shown: printable, at most 300 characters, without what may be a secret.</summary>
    public static string Shown(string line) => Masked(Printable(line));

    private static string Printable(string line) =>
        new string([.. line.Select(letter => char.IsControl(letter) ? ' ' : letter)]).Trim();

    private static string Masked(string text)
    {
        var shown = string.Join(' ', text.Split(' ').Select(word => LooksSecret.Is(word) ? Hidden : word));
        return shown.Length > Longest ? $"{shown[..Longest]}…" : shown;
    }

    private void Take(string next)
    {
        var printable = Printable(next);
        if (printable.Length > 0)
        {
            lock (reading)
            {
                var isError = mark is not null && line.Contains(mark) && !printable.Contains(mark);
                line = isError ? line : printable;
            }
        }
    }
}
