using System.Text.Json;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>Reads one file of an evidence folder.</summary>
public static class EvidenceFile
{
    /// <returns>Null where the folder has no such file.</returns>
    /// <exception cref="RefusedException">The file is empty or is not what its name says.</exception>
    public static async Task<T?> FindAsync<T>(
        string folder,
        string name,
        Func<string, T> parse,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(path, cancellationToken);
        try
        {
            RefuseNullItems(text);
            return parse(text);
        }
        catch (JsonException e)
        {
            var what = text.Length == 0 ? "is empty" : $"cannot be read: {e.Message}";
            throw new RefusedException(
                $"{name} in {folder} {what}. Expected it as "
                    + $"docs/schemas/{Path.GetFileNameWithoutExtension(name)}.schema.json says; rehearse again.",
                e
            );
        }
    }

    /// <inheritdoc cref="FindAsync{T}(string, string, Func{string, T}, CancellationToken)"/>
    public static Task<T?> FindAsync<T>(string folder, string name, CancellationToken cancellationToken)
        where T : class => FindAsync(folder, name, EvidenceJson.Deserialize<T>, cancellationToken);

    /// <exception cref="RefusedException">The file is missing, empty or is not what its name says.</exception>
    public static async Task<T> ReadAsync<T>(string folder, string name, CancellationToken cancellationToken)
        where T : class =>
        await FindAsync<T>(folder, name, cancellationToken)
        ?? throw new RefusedException(
            $"{folder} has no {name}: the run was cut off before it wrote it. Give the folder of a "
                + "rehearsal that ended."
        );

    /// <summary>No list of the evidence holds null, and the reader of JSON does not ask.</summary>
    private static void RefuseNullItems(string text)
    {
        using var document = JsonDocument.Parse(text);
        if (HoldsNullItem(document.RootElement))
        {
            throw new JsonException("a list holds null.");
        }
    }

    private static bool HoldsNullItem(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Array => element
                .EnumerateArray()
                .Any(item => item.ValueKind == JsonValueKind.Null || HoldsNullItem(item)),
            JsonValueKind.Object => element.EnumerateObject().Any(property => HoldsNullItem(property.Value)),
            _ => false,
        };
}
