using Cake.Core.Diagnostics;
using Cake.Frosting;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace FreshTrack.UnitTests.Build.Frosting;

/// <summary>What the tasks rely on in the Frosting host, be it the package or the stand-in.</summary>
public sealed class FrostingHostTests
{
    private static readonly IAnsiConsole Silence = AnsiConsole.Create(
        new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }
    );

    [Fact]
    public void Tasks_run_after_those_they_depend_on() =>
        Assert.Equal((0, "before, Prepare, before, Compile"), Run("--target=Compile"));

    [Fact]
    public void Dependee_runs_before_the_task_that_it_names() =>
        Assert.Equal((0, "before, Clean, before, Publish"), Run("--target=Publish"));

    [Fact]
    public void Exclusive_target_runs_alone() =>
        Assert.Equal((0, "before, Compile"), Run("--target=Compile", "--exclusive"));

    [Theory]
    [InlineData("--dryrun")]
    [InlineData("--tree")]
    [InlineData("--description")]
    public void Showing_runs_no_task(string option)
    {
        var (code, log) = Run("--target=Compile", option);

        Assert.Equal(0, code);
        Assert.DoesNotContain("Compile", log);
    }

    [Fact]
    public void Failing_task_stops_the_run_but_not_its_tear_down()
    {
        var (code, log) = Run("--target=AfterBroken");

        Assert.NotEqual(0, code);
        Assert.Equal("before, Broken, failed: It broke.", log);
    }

    [Fact]
    public void Task_that_should_not_run_is_passed_over()
    {
        var (code, log) = Run("--target=AfterNotNeeded");

        Assert.Equal(0, code);
        Assert.EndsWith("AfterNotNeeded", log);
        Assert.DoesNotContain("It ran.", log);
    }

    [Fact]
    public void Unknown_switches_reach_the_tasks_as_arguments() =>
        Assert.Equal(
            (0, "before, Host=a; Port=1|true"),
            Run("--target=Arguments", "--text=Host=a; Port=1", "--flag=true")
        );

    [Fact]
    public void Unknown_target_fails() => Assert.NotEqual(0, Run("--target=Nothing").Code);

    private static (int Code, string Log) Run(params string[] args)
    {
        var log = new List<string>();
        var code = new CakeHost()
            .AddAssembly(typeof(FrostingHostTests).Assembly)
            .ConfigureServices(services =>
                services.AddSingleton<ICollection<string>>(log).AddSingleton<ICakeLog, NullLog>().AddSingleton(Silence)
            )
            .UseContext<HostContext>()
            .UseTaskLifetime<HostTaskLifetime>()
            .Run(args);
        return (code, string.Join(", ", log));
    }
}
