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
        if (environment.TemperatureUnit is not { } source)
        {
            return [];
        }

        var problem = await OfTargetAsync(environment, cancellationToken) switch
        {
            Target.Foreign => null,
            Target.Older =>
                $"the source stores °{source}, and the target's schema is older than the unit of temperatures. Run the "
                    + $"API's command 'migrate {source}' on the target",
            var target when target == source => null,
            var target =>
                $"the source stores °{source}, the target was made for °{target}, and numbers move as they are. "
                    + $"Correct source.temperature_unit, or run the API's command 'migrate {source}' on the empty "
                    + "target",
        };
        return problem is null ? [] : [new Finding(Differs, Verdict.Fail, "api.stored_temperature", problem)];
    }

    /// <returns>The unit, or one of <see cref="Target"/>.</returns>
    private static async Task<string> OfTargetAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    ) =>
        (
            await environment.Target.ScalarAsync<bool>(
                new Sql("select to_regproc('api.temperature_unit') is not null"),
                cancellationToken
            )
                ? await environment.Target.ScalarAsync<string>(
                    new Sql("select api.temperature_unit()"),
                    cancellationToken
                )
                : await environment.Target.ScalarAsync<string>(
                    new Sql("select 'older' where to_regclass('api.schema_versions') is not null"),
                    cancellationToken
                )
        ) ?? Target.Foreign;

    /// <summary>Targets without a unit.</summary>
    private static class Target
    {
        /// <summary>Its schema is not the API's.</summary>
        public const string Foreign = "foreign";

        public const string Older = "older";
    }
}
