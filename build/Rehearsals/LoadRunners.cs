using FreshTrack.Load;
using FreshTrack.Plan;
#if FULL_PACKAGE_FEED
using FreshTrack.Load.NBomber;
#endif

namespace FreshTrack.Build.Rehearsals;

/// <summary>The load runners by the names that <c>--runner</c> takes.</summary>
public static class LoadRunners
{
    public const string OpenModel = "open-model";
    public const string NBomber = "nbomber";

    /// <exception cref="RefusedException">There is no such runner, or it is not in this build.</exception>
    public static Func<LoadOptions, ILoadRunner> Parse(string name) =>
        name switch
        {
            OpenModel => options => new LoadRunner(options),
            NBomber => NBomberRunner(),
            _ => throw new RefusedException($"Unknown load runner '{name}'. Expected {OpenModel} or {NBomber}."),
        };

#if FULL_PACKAGE_FEED
    private static Func<LoadOptions, ILoadRunner> NBomberRunner() =>
        options => new NBomberLoadRunner(
            Environment.GetEnvironmentVariable("FRESHTRACK_NBOMBER_LICENCE"),
            options.RequestTimeout
        );
#else
    private static Func<LoadOptions, ILoadRunner> NBomberRunner() =>
        throw new RefusedException(
            $"The load runner '{NBomber}' is not in this build: its package feed does not have NBomber. Run "
                + "with PackageFeed=full in the environment, where the whole NuGet gallery is reachable, or "
                + $"use --runner {OpenModel}."
        );
#endif
}
