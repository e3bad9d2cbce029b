using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>How much was moved, how small it was on the way, and how fast it went.</summary>
internal static class MoveSection
{
    public static Html Write(Manifest? manifest, IEnumerable<StepTiming> steps)
    {
        if (manifest is null)
        {
            return Section.Nothing("Nothing was exported.");
        }

        var (raw, stored) = (manifest.Parts.Sum(part => part.RawBytes), manifest.Parts.Sum(part => part.Bytes));
        return Html.Join([
            Tiles.Write([
                new("rows", Format.Count(manifest.Rows), $"{Format.Count(manifest.Tables.Count)} tables"),
                new("data", Format.Bytes(raw), $"{Format.Bytes(stored)} in {Format.Count(manifest.Parts.Count)} parts"),
                Speed("export", "export.parts", manifest.Rows, raw, steps),
                Speed("import", "import.rows", manifest.Rows, raw, steps),
            ]),
            Tables(manifest, raw).Write(),
        ]);
    }

    private static Tile Speed(string name, string step, long rows, long bytes, IEnumerable<StepTiming> steps) =>
        steps.FirstOrDefault(timing => timing.Id == step) is { } timing && timing.End > timing.Start
            ? new(
                name,
                Format.Rate(rows / (timing.End - timing.Start), "rows"),
                $"{Format.Bytes(bytes / (timing.End - timing.Start))}/s for "
                    + Format.Duration(timing.End - timing.Start)
            )
            : new(name, "–", "did not run");

    private static Table Tables(Manifest manifest, long raw) =>
        new(
            "What was moved of every table",
            [
                new("table"),
                new("rows", true),
                new("data", true),
                new("share", true),
                new("stored", true),
                new("parts", true),
            ],
            [
                .. manifest
                    .Parts.GroupBy(part => part.Table)
                    .OrderByDescending(parts => parts.Sum(part => part.RawBytes))
                    .ThenBy(parts => parts.Key)
                    .Select(parts =>
                        (IReadOnlyList<Html>)
                            [
                                Html.Text(parts.Key),
                                Html.Text(Format.Count(parts.Sum(part => part.Rows))),
                                Html.Text(Format.Bytes(parts.Sum(part => part.RawBytes))),
                                Html.Text(
                                    Format.RoundedPercent(parts.Sum(part => part.RawBytes) / (double)Math.Max(raw, 1))
                                ),
                                Html.Text(Format.Bytes(parts.Sum(part => part.Bytes))),
                                Html.Text(Format.Count(parts.Count())),
                            ]
                    ),
            ]
        );
}
