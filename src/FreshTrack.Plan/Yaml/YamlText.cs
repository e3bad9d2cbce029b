using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Node = YamlDotNet.RepresentationModel.YamlNode;

namespace FreshTrack.Plan;

/// <summary>Reads a YAML text that must hold exactly one document, with or without a byte order mark.</summary>
internal static class YamlText
{
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="isSecretive">Messages quote nothing of the text.</param>
    /// <exception cref="RefusedException">The text is not YAML, or not one document; the message names file, line and
    /// column.</exception>
    public static Node Read(string text, string name, bool isSecretive)
    {
        using var reader = new StringReader(text.TrimStart('\uFEFF'));
        var parser = new Parser(reader);
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            return stream.Documents is [var document]
                ? document.RootNode
                : throw new RefusedException(
                    $"{name}(1,1): expected one YAML document, found {stream.Documents.Count}"
                );
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException)
        {
            // The scanner gives up on an open bracket with InvalidOperationException: what was read last is the nearest
            // place.
            var place = (exception as YamlException)?.Start ?? parser.Current?.End ?? Mark.Empty;
            throw new RefusedException(
                $"{name}({place.Line},{place.Column}): not valid YAML: {Reason(exception, isSecretive)}",
                isSecretive ? null : exception
            );
        }
    }

    // What the parser says of names, it says with the name; of signs, without.
    private static string Reason(Exception exception, bool isSecretive) =>
        exception switch
        {
            AnchorNotFoundException when isSecretive =>
                "a text begins with * and names no anchor; put it in quotes, or a secret into a file of its own",
            YamlException { Message: { } message } when isSecretive && message.StartsWith("Duplicate key") =>
                "a key stands twice in its mapping; name it once",
            YamlException => exception.Message,
            _ => "a bracket or a quote is left open here or below",
        };
}
