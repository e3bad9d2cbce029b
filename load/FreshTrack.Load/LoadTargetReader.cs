using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Load;

/// <summary>Finds the sensors, units, users and alerts of a migrated target that load can be made with.</summary>
public static class LoadTargetReader
{
    /// <summary>Longer than any load lasts; access tokens are renewed in between.</summary>
    private static readonly TimeSpan SessionTime = TimeSpan.FromHours(1);

    private static readonly Sql DevicesSql = new(
        """
        select upper(translate(s.dev_eui, ':-. ', '')),
          coalesce(s.ttn_device_id, 'eui-' || lower(translate(s.dev_eui, ':-. ', ''))),
          coalesce(s.ttn_application_id, k.ttn_application_id, 'freshtrack'),
          k.ttn_webhook_secret_encrypted, s.sensor_type::text, c.temp_min, c.temp_max, s.organization_id
        from public.lora_sensors s
        join public.units u on u.id = s.unit_id and u.deleted_at is null and u.is_active
        join public.areas a on a.id = u.area_id and a.deleted_at is null and a.is_active
        join public.sites t on t.id = a.site_id and t.deleted_at is null and t.is_active
        join public.organizations o on o.id = t.organization_id and o.id = s.organization_id and o.deleted_at is null
        join public.ttn_connections k on k.organization_id = o.id and k.is_enabled is not false
          and k.ttn_webhook_secret_encrypted is not null
        cross join lateral (
          select case when api.temperature_unit() = 'F' then (u.temp_min - 32) / 1.8 else u.temp_min end as temp_min,
            case when api.temperature_unit() = 'F' then (u.temp_max - 32) / 1.8 else u.temp_max end as temp_max) c
        where s.deleted_at is null and s.status = 'active'
        order by s.dev_eui, s.id
        """
    );

    private static readonly Sql UnitsSql = new(
        """
        select o.id, t.id, a.id, u.id
        from public.units u
        join public.areas a on a.id = u.area_id and a.deleted_at is null
        join public.sites t on t.id = a.site_id and t.deleted_at is null
        join public.organizations o on o.id = t.organization_id and o.deleted_at is null
        where u.deleted_at is null
        order by u.id
        """
    );

    // One user an organization, the one with the most rights: enumeration labels are ordered so.
    private static readonly Sql MembersSql = new(
        """
        select distinct on (r.organization_id) r.organization_id, r.user_id
        from public.user_roles r
        join public.users u on u.id = r.user_id and u.deleted_at is null
          and (u.banned_until is null or u.banned_until <= now())
        order by r.organization_id, r.role, r.user_id
        """
    );

    private static readonly Sql UsersSql = new(
        """
        select distinct on (r.user_id) r.organization_id, t.id, r.user_id
        from public.user_roles r
        join public.users u on u.id = r.user_id and u.deleted_at is null
          and (u.banned_until is null or u.banned_until <= now())
        join public.organizations o on o.id = r.organization_id and o.deleted_at is null
        join public.sites t on t.organization_id = o.id and t.deleted_at is null
        order by r.user_id, r.role, r.organization_id, t.id
        """
    );

    // Those of organizations without anybody who may acknowledge stay as they are. What is acknowledged already comes
    // last: an earlier load did that.
    private static readonly Sql AlertsSql = new(
        """
        select a.organization_id, a.id, a.alert_type::text in ('temp_excursion', 'alarm_active',
          'suspected_cooling_failure', 'low_battery', 'door_open', 'monitoring_interrupted')
        from public.alerts a
        where a.status <> 'resolved'
          and exists (
            select 1 from public.user_roles r join public.users u on u.id = r.user_id and u.deleted_at is null
            where r.organization_id = a.organization_id and r.role in ('owner', 'admin', 'manager', 'staff'))
        order by a.status = 'acknowledged', 3, a.triggered_at desc, a.id
        """
    );

    /// <param name="webhookKey">The 32-byte key that webhook secrets are encrypted with.</param>
    /// <param name="stackAuth">Asked for a token once an organization, and by the scenarios for every user who signs
    /// in.</param>
    /// <exception cref="RefusedException">The target holds nothing to make load with, or a secret does not open with
    /// the key.</exception>
    public static async Task<LoadTarget> ReadAsync(
        NpgsqlDataSource target,
        Uri api,
        byte[] webhookKey,
        StackAuthClient stackAuth,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var devices = await target.ListAsync(DevicesSql, row => Device(row, webhookKey), cancellationToken);
        var members = await target.ListAsync(
            MembersSql,
            row => (Organization: row.GetGuid(0), User: row.GetGuid(1)),
            cancellationToken
        );
        var paths = await target.ListAsync(
            UnitsSql,
            row => (Organization: row.GetGuid(0), Site: row.GetGuid(1), Area: row.GetGuid(2), Unit: row.GetGuid(3)),
            cancellationToken
        );
        var tokens = new Dictionary<Guid, AccessToken>();
        foreach (
            var (organization, user) in members.Where(member =>
                paths.Exists(path => path.Organization == member.Organization)
            )
        )
        {
            var session = await stackAuth.CreateSessionAsync(user, SessionTime, cancellationToken);
            tokens[organization] = new AccessToken(
                session.AccessToken,
                stop => stackAuth.RefreshAsync(session, stop),
                TimeProvider.System
            );
        }

        var units = (
            from path in paths
            where tokens.ContainsKey(path.Organization)
            select new UnitTarget(path.Organization, path.Site, path.Area, path.Unit, tokens[path.Organization])
        ).ToList();
        Require(devices.Count, "active sensor with a unit and a TTN connection with a webhook secret");
        Require(units.Count, "unit whose organization has a user");
        var users = await target.ListAsync(
            UsersSql,
            row => (Organization: row.GetGuid(0), Site: row.GetGuid(1), User: row.GetGuid(2)),
            cancellationToken
        );
        var alerts = await target.ListAsync(
            AlertsSql,
            row => (Organization: row.GetGuid(0), Alert: row.GetGuid(1), EndsByItself: row.GetBoolean(2)),
            cancellationToken
        );
        return new LoadTarget(api, devices, units, clock)
        {
            Users =
            [
                .. users.Select(user => new UserTarget(
                    user.Organization,
                    user.Site,
                    async cancelled => (await stackAuth.SignInAsync(user.User, SessionTime, cancelled)).AccessToken
                )),
            ],
            Alerts =
            [
                .. from alert in alerts
                where tokens.ContainsKey(alert.Organization)
                select new AlertTarget(alert.Organization, alert.Alert, alert.EndsByItself, tokens[alert.Organization]),
            ],
        };
    }

    private static void Require(int count, string what)
    {
        if (count == 0)
        {
            throw new RefusedException(
                $"The target holds no {what}, so there is nothing to make load with. Import the data first, "
                    + "or give another target."
            );
        }
    }

    private static DeviceTarget Device(NpgsqlDataReader row, byte[] webhookKey) =>
        new(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            WebhookSecret.Open(row.GetString(3), webhookKey, row.GetGuid(7)),
            row.GetString(4),
            row.IsDBNull(5) ? null : row.GetDecimal(5),
            row.GetDecimal(6)
        );
}
