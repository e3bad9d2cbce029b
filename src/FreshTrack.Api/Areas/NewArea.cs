namespace FreshTrack.Api.Areas;

/// <summary>The area that a manager asks for; fields beside these are not read.</summary>
internal sealed record NewArea(string? Name, string? Description, int? SortOrder)
{
    public const int MaximumName = 100;
    public const int MaximumDescription = 1_000;
    public const int MaximumSortOrder = 1_000_000;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem() =>
        string.IsNullOrWhiteSpace(Name) ? "name is missing or blank."
        : Name.Length > MaximumName || Name.Any(char.IsControl) ? Text("name", MaximumName)
        : Description is not null && (Description.Length > MaximumDescription || Description.Contains('\0'))
            ? Text("description", MaximumDescription)
        : SortOrder is < 0 or > MaximumSortOrder ? $"sort_order must be a whole number from 0 to {MaximumSortOrder}."
        : null;

    private static string Text(string field, int maximum) =>
        $"{field} must be a text of at most {maximum} characters without control characters.";
}
