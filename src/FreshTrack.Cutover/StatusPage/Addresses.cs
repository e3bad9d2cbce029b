using System.Text.RegularExpressions;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>Puts addresses in place of their names: <c>{api}/health</c>.</summary>
/// <param name="byName">Without a slash at their end.</param>
internal sealed partial class Addresses(IReadOnlyDictionary<string, string> byName)
{
    /// <exception cref="RefusedException">A name in braces is no address of the file.</exception>
    public string Expand(YamlNode node) =>
        Placeholder()
            .Replace(
                node.Text(),
                found =>
                    byName.GetValueOrDefault(found.Groups["name"].Value)
                    ?? throw node.Refuse(
                        $"{node.What} holds {node.Quote(found.Value)}; expected one of the addresses "
                            + string.Join(", ", byName.Keys.Select(name => $"{{{name}}}"))
                    )
            );

    /// <exception cref="RefusedException">It is no address as <c>https://host/path</c>.</exception>
    public Uri Url(YamlNode node)
    {
        var text = Expand(node);
        return
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.UserInfo.Length == 0
            ? url
            : throw node.Refuse(
                $"{node.What} is {node.Quote(text)}; expected an address as https://host/path, without a user or a "
                    + "password"
            );
    }

    [GeneratedRegex("""\{(?<name>[^{}\s]*)\}""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
