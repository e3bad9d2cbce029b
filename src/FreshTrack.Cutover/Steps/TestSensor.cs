using FreshTrack.Cutover.Environments;

namespace FreshTrack.Cutover.Steps;

/// <summary>A migrated sensor, and a migrated user of its organization: with these the new system is tried
/// out.</summary>
public sealed record TestSensor(
    Guid Organization,
    Guid Site,
    Guid Area,
    Guid Unit,
    Guid User,
    string DevEui,
    string DeviceId,
    string Secret
)
{
    private const string Query = """
        select o.id, s.id, a.id, u.id, r.user_id, l.dev_eui, coalesce(l.ttn_device_id, l.dev_eui),
            t.ttn_webhook_secret_encrypted
        from lora_sensors l
        join units u on u.id = l.unit_id and u.deleted_at is null and u.is_active
        join areas a on a.id = u.area_id and a.deleted_at is null and a.is_active
        join sites s on s.id = a.site_id and s.deleted_at is null and s.is_active
        join organizations o on o.id = s.organization_id and o.id = l.organization_id and o.deleted_at is null
        join ttn_connections t
            on t.organization_id = o.id and t.is_enabled and t.ttn_webhook_secret_encrypted is not null
        join user_roles r on r.organization_id = o.id and r.role in ('owner', 'admin')
        join users p on p.id = r.user_id and p.deleted_at is null and (p.banned_until is null or p.banned_until < $1)
        where l.deleted_at is null and l.status = 'active'
          and exists (select from sensor_readings x where x.unit_id = u.id)
        order by p.email_confirmed_at is null, l.id, r.user_id
        limit 1
        """;

    /// <exception cref="InvalidOperationException">The target holds no sensor that a test could use.</exception>
    public static async Task<TestSensor> FindAsync(
        CutoverEnvironment environment,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var command = environment.Target.CreateCommand(Query);
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new InvalidOperationException(
                "The target has no active sensor with a unit, readings, an enabled TTN connection and an "
                    + "owner or admin: nothing to validate with. Look at lora_sensors, ttn_connections and user_roles."
            );
        }

        var secret = WebhookSecret.Open(reader.GetString(7), environment.WebhookKey.Span, reader.GetGuid(0));
        return new TestSensor(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetGuid(2),
            reader.GetGuid(3),
            reader.GetGuid(4),
            reader.GetString(5),
            reader.GetString(6),
            secret
        );
    }

    public override string ToString() => $"sensor {DevEui} of unit {Unit}";
}
