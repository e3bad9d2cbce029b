using FreshTrack.Build.Stages;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build;

/// <summary>What a later process is told of a stage, and what it takes <c>--yes</c> for.</summary>
public sealed class StageStateTests : IDisposable
{
    private static readonly StageState Ready = new(
        "stage-1",
        "commit",
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        ApiPort: 5001,
        Owner: "1@1",
        IsReady: true
    );

    private readonly string folder = Directory.CreateTempSubdirectory("stage").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Of_two_that_start_at_once_one_is_refused()
    {
        Ready.Create(folder);

        var refused = Assert.Throws<RefusedException>(() => Ready.Create(folder));

        Assert.StartsWith("Another process has just begun", refused.Message);
        Assert.Equal(Ready, StageState.Find(folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_other_process()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<RefusedException>(() => Ready.Create(Path.Combine(file, "stage")));

        Assert.StartsWith("The stage cannot be written down", refused.Message);
    }

    [Fact]
    public void The_stages_own_api_is_taken_with_yes()
    {
        Ready.Create(folder);

        PracticeStage.DemandApi(Path.Combine(folder, "environment.yaml"), new Uri("http://127.0.0.1:5001"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5002")]
    [InlineData("https://api.example.com:5001")]
    public void Another_api_is_not_taken_with_yes_whatever_the_databases_are_marked_with(string api)
    {
        Ready.Create(folder);

        var refused = Assert.Throws<RefusedException>(() =>
            PracticeStage.DemandApi(Path.Combine(folder, "environment.yaml"), new Uri(api))
        );

        Assert.Contains("is not that of the environment named, 127.0.0.1:5001", refused.Message);
    }

    [Fact]
    public void Without_a_stages_file_no_api_is_taken_with_yes()
    {
        Assert.Throws<RefusedException>(() => PracticeStage.DemandApi(null, new Uri("http://127.0.0.1:5001")));
        Assert.Throws<RefusedException>(() =>
            PracticeStage.DemandApi(Path.Combine(folder, "environment.yaml"), new Uri("http://127.0.0.1:5001"))
        );
    }
}
