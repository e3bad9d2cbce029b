using FreshTrack.Plan;

namespace FreshTrack.Migration.Parts;

/// <summary>An S3 server, its keys and a bucket. Prints without the keys.</summary>
public sealed record ObjectStoreAddress(Uri Server, string AccessKey, string SecretKey, string Bucket)
{
    /// <summary>Reads <c>http://KEY:SECRET@host:port/bucket</c>;
    /// no message holds the text, for there is a secret in it.</summary>
    /// <exception cref="RefusedException">The text has another form.</exception>
    public static ObjectStoreAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw Refuse("is no http:// or https:// address");
        }

        var keys = url.UserInfo.Split(':');
        if (keys.Length != 2 || keys[0].Length == 0 || keys[1].Length == 0)
        {
            throw Refuse("has no KEY:SECRET before the host");
        }

        var bucket = url.AbsolutePath.Trim('/');
        return bucket.Length > 0 && !bucket.Contains('/')
            ? new ObjectStoreAddress(
                new Uri(url.GetLeftPart(UriPartial.Scheme) + url.Authority),
                Uri.UnescapeDataString(keys[0]),
                Uri.UnescapeDataString(keys[1]),
                bucket
            )
            : throw Refuse("must name one bucket after the host");
    }

    public override string ToString() => $"{Server}{Bucket}";

    private static RefusedException Refuse(string what) =>
        new(
            $"The object store's address {what}. "
                + "Expected 'http://KEY:SECRET@host:port/bucket', with / + and @ of a secret percent-encoded."
        );
}
