using System.Security.Cryptography;
using FreshTrack.Migration.Parts;

namespace FreshTrack.IntegrationTests.Containers;

public sealed class ObjectStoreTests(Servers servers)
{
    [Fact]
    public async Task Five_megabytes_come_back_byte_for_byte()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var store = new ObjectStore(ObjectStoreAddress.Parse(servers.ObjectStore));
        var written = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);

        await store.PutAsync("part", written, cancel);

        await using var read = await store.GetAsync("part", cancel);
        Assert.NotNull(read);
        using var content = new MemoryStream();
        await read.CopyToAsync(content, cancel);
        Assert.Equal(written, content.ToArray());
    }
}
