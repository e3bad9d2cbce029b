using System.Text.Json;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>Reads one JSON file of an evidence folder.</summary>
internal static class EvidenceFile
{
    /// <returns>Null where the folder has no such file.</returns>
    /// <exception cref="RefusedException">The file is empty or is not what its name says.</exception>
    public static Task<T?> FindAsync<T>(string folder, string name, CancellationToken cancellationToken)
        where T : class => FindAsync(folder, name, EvidenceJson.Deserialize<T>, cancellationToken);

    /// <inheritdoc cref="FindAsync{T}(string, string, CancellationToken)"/>
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
}
