using System.Text.RegularExpressions;
using FreshTrack.Build;
using FreshTrack.Build.CommandLine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.UnitTests.Build;

/// <summary>What README and docs name is there.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = RepositoryRoot.Find();

    private static readonly TaskCatalog All = TaskCatalog.Of(typeof(BuildContext).Assembly);

    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md"));

    public static TheoryData<string> Pages =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Append(Path.Combine(Root, "README.md"))
                .Select(file => Path.GetRelativePath(Root, file)),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, page))!;

        Assert.All(
            Links()
                .Matches(File.ReadAllText(Path.Combine(Root, page)))
                .Select(link => link.Groups["path"].Value)
                .Where(path => path.Length > 0),
            path =>
                Assert.True(Path.Exists(Path.Combine(folder, path)), $"{page} leads to '{path}', which is not there.")
        );
    }

    [Fact]
    public void Readme_lists_every_target()
    {
        var listed = Rows()
            .Matches(Readme)
            .SelectMany(row => Names().Matches(row.Groups["first"].Value).Select(name => name.Groups["name"].Value));

        Assert.Empty(All.Targets.Select(target => target.Name).Except(listed).Except(["Default"]));
    }

    [Fact]
    public void Readme_names_no_option_that_is_not_there()
    {
        // Those that every target takes.
        string[] common = ["help", "description"];

        Assert.Empty(
            Options()
                .Matches(Readme)
                .Select(option => option.Groups["name"].Value)
                .Where(name => All.FindOption(name) is null)
                .Except(common)
        );
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#]*)(#[^)]*)?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();

    [GeneratedRegex(@"^\| (?<first>`[^|]*) \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+)`", RegexOptions.None, 1000)]
    private static partial Regex Names();

    [GeneratedRegex("(?<![A-Za-z-])--(?<name>[a-z][a-z-]+)", RegexOptions.None, 1000)]
    private static partial Regex Options();
}
