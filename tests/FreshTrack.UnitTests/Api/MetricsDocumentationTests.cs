using System.Text.RegularExpressions;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.UnitTests.Api;

/// <summary>Metrics stand in one folder, and each of them in the document.</summary>
public sealed partial class MetricsDocumentationTests
{
    private static readonly string Api = Path.Combine(RepositoryRoot.Find(), "src", "FreshTrack.Api");

    [Fact]
    public void Every_metric_is_documented_and_no_other()
    {
        var made = Directory
            .EnumerateFiles(Path.Combine(Api, "Monitoring"), "*.cs")
            .SelectMany(file => Names().Matches(File.ReadAllText(file)))
            .Select(name => name.Groups["name"].Value);
        var document = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "MONITORING.md"));
        var documented = Rows()
            .Matches(document)
            .SelectMany(row => Documented().Matches(row.Groups["first"].Value))
            .Select(name => name.Groups["name"].Value);

        Assert.Equal(made.Order(), documented.Order());
    }

    [Fact]
    public void Metrics_are_made_in_one_folder() =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Api, "*.cs", SearchOption.AllDirectories),
            file =>
                !Path.GetRelativePath(Api, file).StartsWith("Monitoring")
                && File.ReadAllText(file).Contains("Metrics.Create")
        );

    [GeneratedRegex("\"(?<name>freshtrack_[a-z_]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Names();

    [GeneratedRegex(@"^\| (?<first>`freshtrack_[^|]*) \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("`(?<name>freshtrack_[a-z_]+)", RegexOptions.None, 1000)]
    private static partial Regex Documented();
}
