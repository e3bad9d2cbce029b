using System.Text.Json;
using System.Text.Json.Serialization;
using FreshTrack.Build.Screen;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Benchmarking;

/// <summary>Prints a line a figure and keeps the suite's file.</summary>
public static class BenchmarkReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Show(IAnsiConsole console, Figure figure)
    {
        var verdict =
            !figure.Holds() ? Verdict.Fail
            : figure.IsAsHoped() ? Verdict.Pass
            : Verdict.Warn;
        var (mark, colour) = RunScreen.Style(verdict);
        var bounds = figure.Limit is null ? "" : $"limit {figure.Limit:0.00}, aim {figure.Aim:0.00}; ";
        var line =
            $"{figure.Name}: {figure.Ratio:0.00}× ({bounds}{Values(figure.Subject)} against "
            + $"{Values(figure.Reference)})";
        console.MarkupLine("  [{0}]{1}[/] {2}", colour, mark, Markup.Escape(line));
    }

    /// <returns>The file's path.</returns>
    public static async Task<string> WriteAsync(
        string folder,
        string suite,
        IReadOnlyList<Figure> figures,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{suite}.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(figures, Json) + "\n", cancellationToken);
        return path;
    }

    private static string Values(IReadOnlyDictionary<string, double> values) =>
        string.Join(", ", values.Select(value => $"{value.Value:#,0.##} {value.Key}"));
}
