using System.Security.Cryptography;
using System.Text;
using FreshTrack.Plan;

namespace FreshTrack.Cutover;

/// <summary>A webhook secret as the database holds it: base64(12-byte nonce ‖ ciphertext ‖ 16-byte tag),
/// AES-256-GCM.</summary>
public static class WebhookSecret
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    /// <summary>Reads the key that the secrets are sealed with, as the API has it in its file.</summary>
    /// <exception cref="RefusedException">The text is not 32 bytes in base64; it is not shown.</exception>
    public static byte[] ParseKey(string text)
    {
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == KeyBytes
            ? key
            : throw new RefusedException(
                $"The webhook key is not {KeyBytes} bytes in base64. Give the file that the API has in "
                    + "FRESHTRACK_WEBHOOK_KEY_FILE."
            );
    }

    /// <exception cref="RefusedException">It does not open with the key; neither is shown.</exception>
    public static string Open(string sealedText, ReadOnlySpan<byte> key, Guid organization)
    {
        try
        {
            var bytes = Convert.FromBase64String(sealedText);
            var plain = new byte[bytes.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(
                bytes.AsSpan(0, NonceBytes),
                bytes.AsSpan(NonceBytes, plain.Length),
                bytes.AsSpan(NonceBytes + plain.Length),
                plain
            );
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or OverflowException)
        {
            throw new RefusedException(
                $"The webhook secret of organization {organization} does not open with the given webhook "
                    + "key. Give the key file of the system that wrote it.",
                exception
            );
        }
    }

    /// <summary>Encrypts a secret as the API expects it, with a random nonce.</summary>
    public static string Seal(string plain, ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetBytes(plain);
        var bytes = new byte[NonceBytes + text.Length + TagBytes];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            bytes.AsSpan(0, NonceBytes),
            text,
            bytes.AsSpan(NonceBytes, text.Length),
            bytes.AsSpan(NonceBytes + text.Length)
        );
        return Convert.ToBase64String(bytes);
    }
}
