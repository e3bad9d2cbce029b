using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Pictures;
using FreshTrack.Cutover.Steps;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Pictures;

public sealed class PublicPagesTests : IDisposable
{
    private static readonly PublicNames Names = new(
        new Uri("https://app.example.com/"),
        new Uri("https://api.example.com/"),
        new Uri("https://monitoring.example.com/"),
        new Uri("https://status.example.com/")
    );

    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary("cutover", DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => evidence.Dispose();

    [Fact]
    public async Task Machine_without_a_browser_is_a_warning_that_names_each_page()
    {
        var result = PictureSteps.ResultOf(
            await new PublicPages(new VisitorHttp(Names), chromium: null, evidence).TakeAsync("deploy", Cancel)
        );

        Assert.Equal(Verdict.Warn, result.Verdict);
        Assert.Equal(
            "0 pictures; without one are https://app.example.com/: no Chromium is on the PATH of this machine; install "
                + "chromium and repeat the rehearsal; https://status.example.com/: no Chromium is on the PATH of this "
                + "machine; install chromium and repeat the rehearsal",
            result.Summary
        );
    }

    [Theory]
    [InlineData("exit 3", "Chromium ended with exit code 3")]
    [InlineData("true", "Chromium ended well and wrote nothing")]
    [InlineData("head -c 64 /dev/zero > $picture", "Chromium's picture is 0 px wide, expected 390")]
    [InlineData(
        "head -c 64 /dev/zero > $picture; echo 'ERROR:x.cc:1] Page load failed: net::ERR_FAILED' >&2",
        "Chromium did not get the page: net::ERR_FAILED"
    )]
    public async Task What_is_no_picture_of_the_page_is_said_and_not_left(string browser, string reason)
    {
        var picture = evidence.PathOf("phone.png");
        await File.WriteAllTextAsync(picture, "of an earlier run", Cancel);

        var failure = await (await ProgramAsync(browser)).TakePictureAsync(
            Names.App,
            new PictureSize(390, 844),
            NetworkReach.None,
            picture,
            Cancel
        );

        Assert.Equal(reason, failure);
        Assert.False(File.Exists(picture));
    }

    [Fact]
    public void Browser_reaches_the_public_names_alone_and_trusts_a_checked_key_alone()
    {
        Assert.Equal(
            [
                "--host-resolver-rules=EXCLUDE app.example.com, EXCLUDE api.example.com, EXCLUDE status.example.com, "
                    + "MAP * ~NOTFOUND",
            ],
            NetworkReach.Of(Names, []).Options
        );
        Assert.Equal(
            [
                "--host-resolver-rules=MAP app.example.com 127.0.0.1:8443, MAP api.example.com 127.0.0.1:8443, "
                    + "MAP status.example.com 127.0.0.1:8443, MAP * ~NOTFOUND",
                "--no-proxy-server",
                "--ignore-certificate-errors-spki-list=a2V5",
            ],
            NetworkReach
                .Of(
                    Names with
                    {
                        Front = new Front(new HostAndPort("127.0.0.1", 8443), new HostAndPort("127.0.0.1", 8080)),
                    },
                    ["a2V5"]
                )
                .Options
        );
    }

    private async Task<Chromium> ProgramAsync(string script)
    {
        var path = evidence.PathOf("chromium");
        await File.WriteAllTextAsync(
            path,
            "#!/bin/sh\nfor word; do case $word in --screenshot=*) picture=${word#*=} ;; esac; done\n" + script,
            Cancel
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new Chromium(path);
    }
}
