namespace FreshTrack.Api;

/// <summary>Ids in addresses: the 36 characters that the API itself writes, and no other spelling of a UUID.</summary>
internal static class Ids
{
    public static bool TryParse(string text, out Guid id) => Guid.TryParseExact(text, "D", out id);
}
