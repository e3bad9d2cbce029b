using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The unit of temperatures: numbers move as they are, so both sides must mean the same by them.</summary>
internal static class StoredUnit
{
    /// <summary>Stands in evidence files.</summary>
    public const string Differs = "temperature-unit-differs";

    public static async Task<IReadOnlyList<Finding>> FindAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        var (source, target) = (environment.TemperatureUnit, await OfTargetAsync(environment, cancellationToken));
        return source is null || target is null || source == target
            ? []
            :
            [
                new Finding(
                    Differs,
                    Verdict.Fail,
                    "api.stored_temperature",
                    $"the source stores °{source}, the target was made for °{target}, and numbers move as they are. "
                        + $"Correct source.temperature_unit, or run the API's command 'migrate {source}' on the empty "
                        + "target"
                ),
            ];
    }

    /// <summary>Null where the target's schema is not the API's.</summary>
    private static async Task<string?> OfTargetAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    ) =>
        await environment.Target.ScalarAsync<bool>(
            new Sql("select to_regproc('api.temperature_unit') is not null"),
            cancellationToken
        )
            ? await environment.Target.ScalarAsync<string>(new Sql("select api.temperature_unit()"), cancellationToken)
            : null;
}
