using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Slices;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Plan;

namespace FreshTrack.Build.CommandLine;

/// <summary>Names every server. <see cref="EnvironmentOptions"/> reads it.</summary>
public sealed class EnvironmentOptionAttribute()
    : TaskOptionAttribute(
        "environment",
        "FILE",
        "environment's file, in place of addresses: environments/example.yaml"
    );

/// <summary>Read by <see cref="DeployRun"/>.</summary>
public sealed class PreviousOptionAttribute()
    : TaskOptionAttribute("previous", "goes back to the release that ran before");

/// <summary>Read by <see cref="Confirmation"/>.</summary>
public sealed class YesOptionAttribute()
    : TaskOptionAttribute("yes", "asks nothing; only on a stage, whose databases carry its mark");

/// <summary>The database that is left. <see cref="EnvironmentOptions"/> reads it.</summary>
public sealed class SourceOptionAttribute()
    : TaskOptionAttribute("source", "ADDRESS", "the source PostgreSQL; FRESHTRACK_SOURCE when not given");

/// <summary>The database that is moved to. <see cref="EnvironmentOptions"/> reads it.</summary>
public sealed class TargetOptionAttribute()
    : TaskOptionAttribute("target", "ADDRESS", "the target PostgreSQL; FRESHTRACK_TARGET when not given");

public sealed class ObjectStoreOptionAttribute()
    : TaskOptionAttribute(
        "object-store",
        "ADDRESS",
        "http://KEY:SECRET@host:port/bucket; FRESHTRACK_OBJECT_STORE when not given"
    );

public sealed class StackAuthOptionAttribute()
    : TaskOptionAttribute(
        "stack-auth",
        "ADDRESS",
        "https://PROJECT:SERVERKEY@host, where users are moved or sign in; FRESHTRACK_STACK_AUTH when not given"
    );

/// <summary><see cref="BuildContext.PlanPath"/> is its value.</summary>
public sealed class PlanOptionAttribute()
    : TaskOptionAttribute("plan", "FILE", "plan file (default: fixtures/plans/freshtrack.yaml)");

/// <summary><see cref="BuildContext.PolicyPath"/> is its value.</summary>
public sealed class PolicyOptionAttribute()
    : TaskOptionAttribute("policy", "FILE", "policy file (default: build/policy.yaml)");

public sealed class FreezeOptionAttribute()
    : TaskOptionAttribute("freeze", "closes the source's tables for writing first, and proves it");

public sealed class RestartOptionAttribute()
    : TaskOptionAttribute("restart", "clears what the newest run wrote, and starts over");

public sealed class ScaleOptionAttribute()
    : TaskOptionAttribute(
        "scale",
        "smoke|production|stress|ROWS",
        "10,000, 100,000 (the default), 10,000,000 or a number of readings; the load goes with it"
    )
{
    public override void Check(string value) => FixtureScale.Parse(value);
}

public sealed class SeedOptionAttribute()
    : TaskOptionAttribute("seed", "N", "other data and requests; equal seeds give equal ones")
{
    public override void Check(string value) => BuildContext.ParseNumber(Name, value);
}

public sealed class ImagesOptionAttribute()
    : TaskOptionAttribute("images", "auto|hub|debian", "where images come from");

public sealed class BoardOptionAttribute()
    : TaskOptionAttribute("board", "[PORT]", "shows the run live at 127.0.0.1, at this port or at one that is free")
{
    /// <returns>0 for any port that is free; null without a board.</returns>
    /// <exception cref="RefusedException">The value is not a whole number.</exception>
    public static int? PortOf(BuildContext context) =>
        context.Option("board") switch
        {
            null => null,
            Omitted => 0,
            _ => context.Number("board", 0),
        };
}

public sealed class KeepOptionAttribute() : TaskOptionAttribute("keep", "leaves the stage up and says how to reach it");

/// <summary><see cref="LoadRunners.Parse"/> takes its value.</summary>
public sealed class RunnerOptionAttribute()
    : TaskOptionAttribute(
        "runner",
        $"{LoadRunners.OpenModel}|{LoadRunners.NBomber}",
        "what makes the load; nbomber only in a build with the whole NuGet gallery, and never more than Inconclusive"
    )
{
    public override void Check(string value)
    {
        base.Check(value);
        LoadRunners.Parse(value);
    }
}

/// <summary><see cref="Fault.Parse"/> takes its value.</summary>
public sealed class InjectOptionAttribute()
    : TaskOptionAttribute(
        "inject",
        "FAULT",
        "breaks something on purpose: lost-rows, changed-cell, broken-reference, slow-api or api-errors"
    )
{
    public override void Check(string value) => Fault.Parse(value);
}
