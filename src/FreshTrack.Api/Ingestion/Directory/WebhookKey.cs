using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.Api.Ingestion;

/// <summary>The 32-byte key under which webhook secrets are
/// encrypted (AES-256-GCM) and looked up (HMAC-SHA256).</summary>
public sealed class WebhookKey
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] key;

    private WebhookKey(byte[] key) => this.key = key;

    internal static WebhookKey None { get; } = new(new byte[KeyBytes]);

    /// <param name="base64">32 bytes in base64; white space around it is ignored.</param>
    /// <exception cref="FormatException">The text is not base64 or not 32 bytes.</exception>
    public static WebhookKey Parse(string base64)
    {
        var bytes = Convert.FromBase64String(base64.Trim());
        return bytes.Length == KeyBytes
            ? new WebhookKey(bytes)
            : throw new FormatException($"The key has {bytes.Length} bytes.");
    }

    /// <summary>What <c>ttn_connections.webhook_secret_lookup</c> holds for a plain secret.</summary>
    public byte[] Lookup(string secret) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(secret));

    /// <summary>The plain secret of base64(nonce ‖ ciphertext ‖ tag).</summary>
    /// <exception cref="FormatException">The text is not base64 or too short to hold nonce and tag.</exception>
    /// <exception cref="CryptographicException">The bytes were not
    /// encrypted under this key, or were changed since.</exception>
    public string Decrypt(string encrypted)
    {
        var bytes = Convert.FromBase64String(encrypted);
        if (bytes.Length < NonceBytes + TagBytes)
        {
            throw new FormatException($"{bytes.Length} bytes are too few to hold a nonce and a tag.");
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            bytes.AsSpan(0, NonceBytes),
            bytes.AsSpan(NonceBytes, plain.Length),
            bytes.AsSpan(bytes.Length - TagBytes),
            plain
        );
        return Encoding.UTF8.GetString(plain);
    }
}
