using System.Buffers.Binary;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Pictures;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>Pictures of pages behind the stack's Caddy, whose certificates are of its own authority.</summary>
public sealed class PublicPagesTests(StackProxy proxy) : IClassFixture<StackProxy>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_are_pictured_on_desktop_and_phone_by_their_public_names()
    {
        using var evidence = EvidenceFolder.CreateTemporary("cutover", DateTimeOffset.UnixEpoch);

        var taken = await (await PagesAsync(evidence, proxy.Authority, proxy.Front)).TakeAsync("deploy", Cancel);

        Assert.Empty(taken.Failures);
        Assert.Equal(
            [
                "screens/deploy-welcome-desktop.png 1280",
                "screens/deploy-welcome-phone.png 390",
                "screens/deploy-status-desktop.png 1280",
                "screens/deploy-status-phone.png 390",
            ],
            taken.Files.Select(file => $"{file} {WidthOf(evidence.PathOf(file))}")
        );
        // The page's script reached the API, which has a certificate of its own.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancel);
        Assert.Contains("/api/asked-by-a-page", await proxy.LogAsync());
    }

    [Fact]
    public async Task Proxy_of_another_authority_and_one_that_is_away_are_not_pictured()
    {
        using var evidence = EvidenceFolder.CreateTemporary("cutover", DateTimeOffset.UnixEpoch);
        var away = new Front(new HostAndPort("127.0.0.1", 1), new HostAndPort("127.0.0.1", 1));

        foreach (
            var (pages, reason) in new[]
            {
                // Chromium's own list does not have the authority.
                (
                    await PagesAsync(evidence, authority: null, proxy.Front),
                    "Chromium did not get the page: net::ERR_CERT_AUTHORITY_INVALID"
                ),
                (
                    await PagesAsync(evidence, StackProxy.OtherAuthority(), proxy.Front),
                    "The remote certificate is invalid because of errors in the certificate chain: PartialChain"
                ),
                (
                    await PagesAsync(evidence, authority: null, away),
                    "Chromium did not get the page: net::ERR_CONNECTION_REFUSED"
                ),
                (await PagesAsync(evidence, proxy.Authority, away), "Connection refused"),
            }
        )
        {
            var taken = await pages.TakeAsync("deploy", Cancel);

            Assert.Empty(taken.Files);
            Assert.Empty(Directory.EnumerateFiles(evidence.PathOf("screens")));
            Assert.Equal(
                [
                    $"https://{StackProxy.App}/ on a desktop: {reason}",
                    $"https://{StackProxy.App}/ on a phone: {reason}",
                    $"https://{StackProxy.Status}/ on a desktop: {reason}",
                    $"https://{StackProxy.Status}/ on a phone: {reason}",
                ],
                taken.Failures
            );
        }
    }

    private static async Task<PublicPages> PagesAsync(EvidenceFolder evidence, string? authority, Front front)
    {
        var visitors = new VisitorHttp(
            new FreshTrack.Cutover.Visitors.PublicNames(
                new Uri($"https://{StackProxy.App}/"),
                new Uri($"https://{StackProxy.Api}/"),
                new Uri($"https://{StackProxy.Monitoring}/"),
                new Uri($"https://{StackProxy.Status}/")
            )
            {
                Front = front,
            }
        );
        if (authority is not null)
        {
            visitors.Trust(authority);
        }

        return new PublicPages(visitors, await BrowserAsync(), evidence);
    }

    private static async Task<Chromium> BrowserAsync()
    {
        try
        {
            return new Chromium(await InstalledBrowser.EnsureAsync(null, Cancel));
        }
        catch (RefusedException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private static int WidthOf(string picture) =>
        BinaryPrimitives.ReadInt32BigEndian(File.ReadAllBytes(picture).AsSpan(16));
}
