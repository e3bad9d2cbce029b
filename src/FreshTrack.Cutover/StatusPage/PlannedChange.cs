using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.StatusPages;

public enum ChangeKind
{
    Keep,
    Add,
    Edit,
}

/// <summary>What is done with one thing on the server.</summary>
/// <param name="What"><c>monitor</c>, <c>notification</c>, <c>settings</c>, <c>status page</c> or
/// <c>maintenance</c>.</param>
/// <param name="Fields">Which of its fields change; no values, which may be secret.</param>
public sealed record PlannedChange(ChangeKind Kind, string What, string Name, IReadOnlyList<string> Fields)
{
    public override string ToString() =>
        Kind switch
        {
            ChangeKind.Add => $"add {What} '{Name}'",
            ChangeKind.Edit => $"change {What} '{Name}': {string.Join(", ", Fields)}",
            _ => $"keep {What} '{Name}'",
        };
}

/// <summary>A change with what is sent for it.</summary>
/// <param name="Id">What the server calls it; null for a new one.</param>
/// <param name="Body">What it has, and what it gets.</param>
internal sealed record PlannedItem(PlannedChange Change, int? Id, JsonObject Body)
{
    public bool IsKept => Change.Kind == ChangeKind.Keep;

    /// <summary>Puts what is wanted over what is there: everything else that somebody set stays.</summary>
    /// <param name="existing">Null adds it.</param>
    /// <param name="defaults">What a new one has beside.</param>
    public static PlannedItem Of(
        string what,
        string name,
        JsonObject? existing,
        JsonObject wanted,
        JsonObject? defaults = null
    )
    {
        var fields = wanted.Where(field => !IsSame(existing?[field.Key], field.Value)).Select(field => field.Key);
        var kind =
            existing is null ? ChangeKind.Add
            : fields.Any() ? ChangeKind.Edit
            : ChangeKind.Keep;
        var change = new PlannedChange(kind, what, name, existing is null ? [] : [.. fields]);
        var body = (existing ?? defaults)?.DeepClone().AsObject() ?? [];
        foreach (var (key, value) in wanted)
        {
            body[key] = value?.DeepClone();
        }

        return new PlannedItem(change, existing?["id"]?.GetValue<int>(), body);
    }

    /// <summary>The same item with one more field that changes, where it is not a new one.</summary>
    public PlannedItem With(string field) =>
        Change.Kind == ChangeKind.Add
            ? this
            : this with
            {
                Change = Change with { Kind = ChangeKind.Edit, Fields = [.. Change.Fields, field] },
            };

    // An empty text and none are the same to the server.
    private static bool IsSame(JsonNode? left, JsonNode? right) =>
        JsonNode.DeepEquals(left, right) || (IsEmpty(left) && IsEmpty(right));

    private static bool IsEmpty(JsonNode? node) => node is null || node.ToString().Length == 0;
}
