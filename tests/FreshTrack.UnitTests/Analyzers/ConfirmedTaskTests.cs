using FreshTrack.Analyzers;

namespace FreshTrack.UnitTests.Analyzers;

public sealed class ConfirmedTaskTests
{
    [Theory]
    [InlineData("public sealed class [|Wipe|] : FrostingTask<BuildContext>;")]
    [InlineData("public sealed class [|Wipe|] : AsyncFrostingTask<BuildContext>;")]
    [InlineData("[TaskName(\"Wipe\")] public sealed class [|Wipe|] : FrostingTask;")]
    [InlineData("public abstract class Base : FrostingTask; public sealed class [|Wipe|] : Base;")]
    [InlineData("[ChangesNothing] public class Base : FrostingTask; public sealed class [|Wipe|] : Base;")]
    public Task A_task_that_says_nothing_is_refused(string tasks) =>
        Rule.AppliesAsync<ConfirmedTaskAnalyzer>(Usings + tasks);

    [Theory]
    [InlineData("[Confirms(\"\")] public sealed class [|Wipe|] : FrostingTask;")]
    [InlineData("[Confirms(\"  \")] public sealed class [|Wipe|] : FrostingTask;")]
    [InlineData("[Confirms(\"the target\"), ChangesNothing] public sealed class [|Wipe|] : FrostingTask;")]
    public Task A_declaration_that_says_nothing_is_refused(string tasks) =>
        Rule.AppliesAsync<ConfirmedTaskAnalyzer>(Usings + tasks);

    [Theory]
    [InlineData(
        "[IsDependentOn(typeof(Wipe)), ChangesNothing] public sealed class [|All|] : FrostingTask; "
            + "[Confirms(\"the target\")] public sealed class Wipe : FrostingTask;"
    )]
    [InlineData(
        """
            [IsDependentOn(typeof(Middle)), ChangesNothing] public sealed class [|All|] : FrostingTask;
            [IsDependentOn(typeof(Wipe)), ChangesNothing] public sealed class [|Middle|] : FrostingTask;
            [Confirms("the target")] public sealed class Wipe : FrostingTask;
            """
    )]
    [InlineData(
        "[ChangesNothing] public sealed class All : FrostingTask; [IsDependeeOf(typeof(All)), "
            + "Confirms(\"the target\")] public sealed class [|Wipe|] : FrostingTask;"
    )]
    public Task A_task_cannot_change_nothing_through_one_that_does(string tasks) =>
        Rule.AppliesAsync<ConfirmedTaskAnalyzer>(Usings + tasks);

    [Theory]
    [InlineData("[Confirms(\"--freeze closes the source\")] public sealed class Freeze : FrostingTask;")]
    [InlineData("[ChangesNothing] public sealed class Look : AsyncFrostingTask<BuildContext>;")]
    [InlineData("public abstract class Base : FrostingTask;")]
    [InlineData("public sealed class NoTask;")]
    [InlineData(
        "[IsDependentOn(typeof(Look)), ChangesNothing] public sealed class All : FrostingTask; "
            + "[ChangesNothing] public sealed class Look : FrostingTask;"
    )]
    [InlineData(
        "[IsDependentOn(typeof(Wipe)), Confirms(\"the target\")] public sealed class All : FrostingTask; "
            + "[Confirms(\"the target\")] public sealed class Wipe : FrostingTask;"
    )]
    [InlineData(
        "[IsDependentOn(typeof(B)), ChangesNothing] public sealed class A : FrostingTask; "
            + "[IsDependentOn(typeof(A)), ChangesNothing] public sealed class B : FrostingTask;"
    )]
    public Task A_task_that_says_it_is_allowed(string tasks) =>
        Rule.AppliesAsync<ConfirmedTaskAnalyzer>(Usings + tasks);

    private const string Usings = "using Cake.Frosting; using FreshTrack.Build; using FreshTrack.Build.CommandLine;\n";
}
