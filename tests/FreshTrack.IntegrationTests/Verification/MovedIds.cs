using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>The ids of <see cref="MovedSchema"/>: what <c>md5(name)::uuid</c> makes in PostgreSQL.</summary>
internal static class MovedIds
{
#pragma warning disable CA5351 // Nothing is kept secret by them.
    public static string Of(string name) =>
        new Guid(MD5.HashData(Encoding.UTF8.GetBytes(name)), bigEndian: true).ToString();
#pragma warning restore CA5351
}
