using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Build.Rehearsals;

/// <summary>What <c>--inject</c> can break, so that anyone can see the gate stop it.</summary>
public sealed record Fault(string Name, string Does)
{
    /// <summary>Runs on the target between import and verification; null where the fault is one of the API under
    /// load.</summary>
    public Sql? TargetSql { get; init; }

    /// <summary>Added to every response of the API under load.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Every n-th request of the load is answered 500; 0 means none.</summary>
    public int FailEvery { get; init; }

    /// <summary>The fault as a step of a rehearsal's runbook.</summary>
    public Step AsStep() =>
        new(
            $"inject.{Name}",
            $"Break something on purpose: {Does}",
            async (run, _, cancellationToken) =>
            {
                await using var command = run.Environment.Target.CreateCommand(TargetSql!.Value.Text);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return new StepResult(Verdict.Warn, Does);
            }
        )
        {
            Changes = true,
        };

    public bool IsUnderLoad => Delay > TimeSpan.Zero || FailEvery > 0;

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("lost-rows", "three readings are missing from the target")
        {
            TargetSql = new Sql(
                "delete from public.sensor_readings where id in (select id from public.sensor_readings "
                    + "order by id limit 3)"
            ),
        },
        new("changed-cell", "one reading's temperature differs by 0.01")
        {
            TargetSql = new Sql(
                """
                update public.sensor_readings set temperature = temperature + 0.01
                where id = (select id from public.sensor_readings where temperature is not null order by id limit 1)
                """
            ),
        },
        new("broken-reference", "one alert points at a unit that does not exist")
        {
            // As a disabled foreign key would let it happen; only this session stops checking.
            TargetSql = new Sql(
                """
                set session_replication_role = replica;
                update public.alerts set unit_id = '00000000-0000-4000-8000-00000000dead'
                where id = (select id from public.alerts order by id limit 1);
                reset session_replication_role
                """
            ),
        },
        new("slow-api", "every answer under load comes 400 ms late") { Delay = TimeSpan.FromMilliseconds(400) },
        new("api-errors", "every ninth request under load is answered 500") { FailEvery = 9 },
    ];

    /// <exception cref="RefusedException">No fault has this name.</exception>
    public static Fault? Parse(string? name) =>
        name is null
            ? null
            : All.FirstOrDefault(fault => fault.Name == name)
                ?? throw new RefusedException(
                    $"Invalid fault '{name}'. Use one of: {string.Join(", ", All.Select(fault => fault.Name))}."
                );
}
