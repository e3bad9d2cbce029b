using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Reporting;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>Every JSON file of a folder is read whole or not at all: in each place of each file.</summary>
public sealed class StrictEvidenceTests : IDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public static TheoryData<string> Files =>
        ["run", "runbook", "timeline", "preflight", "manifest", "verification", "load", "baseline", "gate"];

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task What_a_run_wrote_is_read_again()
    {
        var folder = await CreateAsync();

        var read = await RunEvidence.ReadAsync(folder, TestContext.Current.CancellationToken);

        var written = SampleRun.Report.Evidence;
        Assert.Equal(written.Manifest!.ToJson(), read.Manifest!.ToJson());
        Assert.Equal(EvidenceJson.Serialize("run", written.Run), EvidenceJson.Serialize("run", read.Run));
        Assert.Equal(Json(written.Runbook), Json(read.Runbook));
        Assert.Equal(Json(written.Timeline), Json(read.Timeline));
        Assert.Equal(Json(written.Preflight), Json(read.Preflight));
        Assert.Equal(Json(written.Verification), Json(read.Verification));
        Assert.Equal(Json(written.Load), Json(read.Load));
        Assert.Equal(Json(written.Baselines), Json(read.Baselines));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public Task An_unknown_member_is_refused(string name) =>
        RefusesAsync<JsonObject>(name, members => [() => members["unknown"] = 1]);

    [Theory]
    [MemberData(nameof(Files))]
    public Task A_missing_member_is_refused(string name) =>
        RefusesAsync<JsonObject>(
            name,
            members =>
                [
                    .. members
                        .Select(member => member.Key)
                        .Where(member => !IsDerived(member, members))
                        .Select(member => (Action)(() => members.Remove(member))),
                ]
        );

    [Theory]
    [MemberData(nameof(Files))]
    public Task A_null_in_a_list_is_refused(string name) =>
        RefusesAsync<JsonArray>(name, items => [() => items.Insert(0, null)]);

    /// <summary>Makes every one of the changes, each alone, in every object or list of the file.</summary>
    private async Task RefusesAsync<T>(string name, Func<T, IReadOnlyList<Action>> changes)
        where T : JsonNode
    {
        var token = TestContext.Current.CancellationToken;
        var folder = await CreateAsync();
        var path = Path.Combine(folder, $"{name}.json");
        var text = await File.ReadAllTextAsync(path, token);
        var places = Places(JsonNode.Parse(text)).OfType<T>().Select(place => changes(place).Count).ToList();
        Assert.True(places.Sum() > 0 || name == "run", $"{name}.json has no place to change");
        foreach (var (place, count) in places.Index())
        {
            for (var change = 0; change < count; change++)
            {
                var root = JsonNode.Parse(text);
                changes(Places(root).OfType<T>().ElementAt(place))[change]();
                await File.WriteAllTextAsync(path, root!.ToJsonString(), token);
                await Seal.WriteAsync(folder, token);

                var refused = await Assert.ThrowsAsync<RefusedException>(() => RunEvidence.ReadAsync(folder, token));

                Assert.StartsWith($"{name}.json in {folder} ", refused.Message);
            }
        }
    }

    /// <summary>The objects and lists of a file; of a list's items the last stands for all. What names images or
    /// answers is a dictionary, and free.</summary>
    private static IEnumerable<JsonNode> Places(JsonNode? node) =>
        node switch
        {
            JsonObject members =>
            [
                members,
                .. members
                    .Where(member => member.Key is not ("images" or "outcomes"))
                    .SelectMany(member => Places(member.Value)),
            ],
            JsonArray items => [items, .. Places(items.LastOrDefault())],
            _ => [],
        };

    /// <summary>Written for readers of the file, and computed again when it is read.</summary>
    private static bool IsDerived(string member, JsonObject members) =>
        member is "$schema" or "total" or "plannedSeconds" or "actualSeconds"
        || (member == "open" && members.ContainsKey("statsReset"))
        || (member == "stopped" && members.ContainsKey("phases"))
        || (member == "verdict" && members.ContainsKey("checks"));

    private async Task<string> CreateAsync()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = EvidenceFolder.Create(runs, "rehearsal", SampleRun.Start);
        var run = SampleRun.Report.Evidence;
        await folder.WriteTextAsync("plan.yaml", SampleRun.PlanText, token);
        await folder.WriteTextAsync("manifest.json", Encoding.UTF8.GetString(run.Manifest!.ToJson()), token);
        await folder.WriteJsonAsync("run", run.Run, token);
        await folder.WriteJsonAsync("runbook", run.Runbook, token);
        await folder.WriteJsonAsync("timeline", run.Timeline, token);
        await folder.WriteJsonAsync("preflight", run.Preflight, token);
        await folder.WriteJsonAsync("verification", run.Verification, token);
        await folder.WriteJsonAsync("load", run.Load, token);
        await folder.WriteJsonAsync("baseline", run.Baselines, token);
        await folder.WriteJsonAsync("gate", SampleRun.Report.Gate with { Seal = null }, token);
        await Seal.WriteAsync(folder.Path, token);
        return folder.Path;
    }

    private static string Json<T>(T value) => EvidenceJson.Serialize("any", value);
}
