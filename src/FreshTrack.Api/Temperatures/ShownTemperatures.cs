namespace FreshTrack.Api;

/// <summary>How an answer shows temperatures.</summary>
internal sealed record ShownTemperatures(TemperatureUnit Stored, TemperatureUnit Unit)
{
    /// <summary>A query parameter as it came.</summary>
    /// <returns>Null without a parameter: temperatures are shown as they are stored.</returns>
    public static TemperatureUnit? Parse(string name, string? text, ref string problem)
    {
        if (text is null)
        {
            return null;
        }

        if (text is not ("C" or "F"))
        {
            problem = $"{name} must be C or F.";
        }

        return Degrees.ParseUnit(text);
    }

    public decimal Show(decimal stored) => Degrees.Convert(stored, Stored, Unit);
}
