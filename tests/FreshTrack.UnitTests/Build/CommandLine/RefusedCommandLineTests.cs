using FreshTrack.Build;
using FreshTrack.Build.CommandLine;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build.CommandLine;

public sealed class RefusedCommandLineTests
{
    [Theory]
    [InlineData(
        "Unknown target 'Rehears'. Did you mean Rehearse? ./build.sh --description lists the targets.",
        "Rehears",
        "--scale",
        "smoke"
    )]
    [InlineData("Unknown target 'Bake'. ./build.sh --description lists the targets.", "--target=Bake")]
    [InlineData(
        "Unknown option --scal of target Rehearse. Did you mean --scale? ./build.sh Rehearse --help lists its options.",
        "Rehearse",
        "--scal",
        "smoke"
    )]
    [InlineData(
        "Unknown option --depth of target Rehearse. ./build.sh Rehearse --help lists its options.",
        "Rehearse",
        "--depth",
        "full"
    )]
    [InlineData(
        "Unknown option --kep of target Default. "
            + "Did you mean --keep or --help? ./build.sh Default --help lists its options.",
        "--kep",
        "Rehearse"
    )]
    [InlineData("Invalid --depth 'most'. Use sample or full.", "Count", "--depth", "most")]
    [InlineData("--depth needs a value: sample|full.", "Count", "--depth")]
    [InlineData("--depth needs a value: sample|full.", "Count", "--depth", "--dryrun")]
    [InlineData("--keep takes no value. Give it alone.", "Rehearse", "--keep=no")]
    [InlineData("--seed was given 2 times. Give it once.", "Rehearse", "--seed=1", "--seed=2")]
    [InlineData(
        "Invalid --verbosity 'loud'. Use quiet, minimal, normal, verbose or diagnostic.",
        "Rehearse",
        "--verbosity",
        "loud"
    )]
    [InlineData(
        "Unexpected word 'Count'. One target is run at a time; "
            + "a value follows its option: ./build.sh TARGET --option value.",
        "Rehearse",
        "Count"
    )]
    public void Bad_command_line_is_refused_with_the_next_step(string message, params string[] args) =>
        Assert.Equal(message, Assert.Throws<RefusedException>(() => Targets.Parse(args)).Message);

    [Theory]
    [InlineData(
        "--unfreeze and --freeze contradict each other. Give one of them.",
        "Migrate",
        "--freeze",
        "--unfreeze"
    )]
    [InlineData(
        "--unfreeze and --restart contradict each other. Give one of them.",
        "Migrate",
        "--unfreeze",
        "--restart"
    )]
    [InlineData("--down and --token contradict each other. Give one of them.", "Stage", "--token", "--down")]
    public void Options_of_which_one_would_silently_win_are_refused(string message, params string[] args)
    {
        var targets = TaskCatalog.Of(typeof(BuildContext).Assembly);

        Assert.Equal(message, Assert.Throws<RefusedException>(() => BuildCommand.Parse(args, targets)).Message);
    }

    [Theory]
    [InlineData("Invalid scale 'huge'. Use smoke, production, stress or a number of readings.", "--scale=huge")]
    [InlineData("Invalid --seed 'one'. Use a whole number.", "--seed=one")]
    [InlineData("Invalid --runner 'k6'. Use open-model or nbomber.", "--runner=k6")]
    [InlineData(
        "Invalid fault 'rain'. Use one of: lost-rows, changed-cell, broken-reference, slow-api, api-errors.",
        "--inject=rain"
    )]
    public void Value_is_judged_before_the_images_are_built(string message, string option) =>
        Assert.Equal(
            message,
            Assert
                .Throws<RefusedException>(() =>
                    BuildCommand.Parse(["Rehearse", option], TaskCatalog.Of(typeof(BuildContext).Assembly))
                )
                .Message
        );

    [Fact]
    public void Address_in_the_place_of_a_target_is_not_repeated_either() =>
        Assert.Equal(
            "Unknown target. ./build.sh --description lists the targets.",
            Assert.Throws<RefusedException>(() => Targets.Parse("--target", "postgres://me:secret@host/db")).Message
        );

    [Fact]
    public void Stray_address_is_not_repeated_because_it_may_hold_a_password()
    {
        var refusal = Assert.Throws<RefusedException>(() =>
            Targets.Parse("Rehearse", "--keep", "postgres://me:secret@host/db")
        );

        Assert.DoesNotContain("secret", refusal.Message);
        Assert.Contains("(argument 3)", refusal.Message);
    }
}
