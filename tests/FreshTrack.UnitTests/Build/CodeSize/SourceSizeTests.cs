using FreshTrack.Build.CodeSize;

namespace FreshTrack.UnitTests.Build.CodeSize;

public sealed class SourceSizeTests
{
    private static readonly SourceFile[] Files =
    [
        new("src/A/One.cs", "class One;\n"),
        new("src/A/Two.cs", "// A comment is not a token.\nclass Two\n{\n}\n"),
        new("src/B/Three.cs", "class Three\r\n{\r\n\r\n}"),
        new("tests/B/ThreeTests.cs", "class ThreeTests\n{\n    int zero = 0;\n    int one = 1;\n}\n"),
    ];

    [Fact]
    public void Files_lines_and_tokens_are_counted()
    {
        var size = SourceSize.Of(Files);

        Assert.Equal(4, size.Files);
        Assert.Equal(1 + 4 + 4 + 5, size.Lines);
        Assert.Equal(3 + 4 + 4 + 14, size.Tokens);
    }

    [Fact]
    public void Largest_are_named()
    {
        var size = SourceSize.Of(Files);

        Assert.Equal(new Largest("tests/B/ThreeTests.cs", 5), size.LargestFile);
        Assert.Equal(new Largest("src/A", 2), size.LargestFolder);
    }

    [Fact]
    public void Median_is_that_of_the_files() => Assert.Equal(4, SourceSize.Of(Files).MedianLines);

    [Theory]
    [InlineData(9, 10, 1)]
    [InlineData(8, 10, 2)]
    public void Line_length_is_what_nine_of_ten_lines_keep_to(int small, int lines, int expected)
    {
        string[] text =
        [
            .. Enumerable.Repeat(";", small),
            .. Enumerable.Repeat(";;", lines - small),
            // Empty lines would hide how long the others are.
            .. Enumerable.Repeat("  ", 100),
        ];

        Assert.Equal(expected, SourceSize.Of([new SourceFile("A.cs", string.Join('\n', text))]).LineLengthP90);
    }

    [Fact]
    public void Code_within_a_string_counts_and_code_that_is_left_out_does_not() =>
        Assert.Equal(
            SourceSize.Of([new SourceFile("A.cs", "var a = $\"{b + c}\";")]).Tokens,
            SourceSize.Of([new SourceFile("A.cs", "#if NEVER\nvar d;\n#endif\nvar a = $\"{b + c}\";")]).Tokens
        );

    [Fact]
    public void Without_tests_is_without_the_folder_tests()
    {
        var tree = MeasuredTree.Of("work tree", Files);

        Assert.Equal((3, 4), (tree.WithoutTests.Files, tree.WithTests.Files));
    }

    [Fact]
    public void Nothing_has_no_size() =>
        Assert.Equal(new SourceSize(0, 0, 0, 0, new Largest("", 0), new Largest("", 0), 0), SourceSize.Of([]));
}
