namespace FreshTrack.UnitTests.Build.CommandLine;

public sealed class CommandLineTests
{
    [Fact]
    public void First_word_becomes_the_target() =>
        Assert.Equal(["--target=Rehearse", "--scale=smoke"], Targets.Parse("Rehearse", "--scale", "smoke").Arguments);

    [Fact]
    public void Target_may_follow_an_option_and_its_value() =>
        Assert.Equal(["--scale=smoke", "--target=Rehearse"], Targets.Parse("--scale", "smoke", "Rehearse").Arguments);

    [Fact]
    public void Both_ways_of_giving_a_value_are_the_same() =>
        Assert.Equal(
            Targets.Parse("Rehearse", "--scale", "smoke").Arguments,
            Targets.Parse("Rehearse", "--scale=smoke").Arguments
        );

    [Fact]
    public void Cake_gets_its_own_switches_as_they_are() =>
        Assert.Equal(
            ["--target=Rehearse", "--verbosity=diagnostic", "--dryrun", "--exclusive"],
            Targets.Parse("--target", "Rehearse", "-v", "diagnostic", "--dryrun", "-e").Arguments
        );

    [Fact]
    public void Option_without_a_value_does_not_swallow_the_next_word() =>
        Assert.Equal(["--keep=true", "--target=Rehearse"], Targets.Parse("--keep", "Rehearse").Arguments);

    [Fact]
    public void Value_may_hold_equals_signs_and_spaces() =>
        Assert.Equal("--seed=Host=a; Port=1", Targets.Parse("Rehearse", "--seed", "Host=a; Port=1").Arguments[1]);

    [Theory]
    [InlineData("--board=true", "--board")]
    [InlineData("--board=true", "--board", "--keep")]
    [InlineData("--board=8080", "--board", "8080")]
    public void Value_in_brackets_may_be_left_out(string argument, params string[] options) =>
        Assert.Equal(argument, Targets.Parse(["Rehearse", .. options]).Arguments[1]);

    [Fact]
    public void Negative_number_is_a_value() =>
        Assert.Equal("--seed=-5", Targets.Parse("Rehearse", "--seed", "-5").Arguments[1]);

    [Fact]
    public void Options_of_tasks_that_run_before_belong_to_the_target() =>
        Assert.Equal("--no-cache=true", Targets.Parse("Rehearse", "--no-cache").Arguments[1]);

    [Fact]
    public void Placeholder_leaves_the_value_to_the_task() =>
        Assert.Equal("--scale=250000", Targets.Parse("Rehearse", "--scale", "250000").Arguments[1]);

    [Fact]
    public void Target_is_found_in_any_case() => Assert.Equal("Rehearse", Targets.Parse("rehearse").Target!.Name);

    [Fact]
    public void Nothing_at_all_is_left_to_the_default_target() => Assert.Empty(Targets.Parse().Arguments);

    [Fact]
    public void Once_the_target_is_named_its_own_option_called_target_is_meant() =>
        Assert.Equal(
            ["--target=Copy", "--target-database=postgres://me@db/new"],
            Targets.Parse("Copy", "--target", "postgres://me@db/new").Arguments
        );

    [Fact]
    public void Help_is_asked_for_one_target()
    {
        var command = Targets.Parse("Rehearse", "--help");

        Assert.True(command.Help);
        Assert.Equal(
            ["scale", "seed", "keep", "board", "no-cache"],
            command.Target!.Options.Select(option => option.Name)
        );
    }

    [Fact]
    public void A_target_that_changes_something_knows_what_a_person_confirms() =>
        Assert.Equal(
            ("the target whose rows are replaced", null),
            (Targets.Parse("Copy").Target!.Confirms, Targets.Parse("Count").Target!.Confirms)
        );
}
