using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Canary;

/// <summary>The canary organization in the source. Of what the suite holds, this alone knows the source's own schema
/// besides the plan.</summary>
internal static class CanarySource
{
    // It is silent for days, which must be no alert; a breach is one at once. It counts the same for the system that
    // is left.
    private static readonly Sql Create = new(
        """
        with organization as (
            insert into public.organizations (id, name, slug, timezone)
            values ($1, $2, $3, 'UTC')
            on conflict (id) do nothing
        ), site as (
            insert into public.sites (id, organization_id, name, timezone, corrective_action_required)
            values ($4, $1, 'Canary site', 'UTC', false)
            on conflict (id) do nothing
        ), area as (
            insert into public.areas (id, site_id, name) values ($5, $4, 'Canary area')
            on conflict (id) do nothing
        ), unit as (
            insert into public.units (id, area_id, name, unit_type, status, temp_limit_high, temp_limit_low,
                temp_hysteresis, confirm_time_door_closed, confirm_time_door_open, manual_logging_enabled,
                checkin_interval_minutes)
            values ($6, $5, 'Canary unit', 'fridge', 'ok', $7, $8, 1, 0, 0, false, 500000)
            on conflict (id) do nothing
        ), sensor as (
            insert into public.lora_sensors (id, organization_id, site_id, unit_id, dev_eui, ttn_device_id,
                ttn_application_id, name, status, is_primary)
            values ($9, $1, $4, $6, $10, $11, $11, 'Canary sensor', 'active', true)
            on conflict (id) do nothing
        )
        insert into public.ttn_connections (id, organization_id, is_enabled, ttn_application_id,
            ttn_webhook_secret_encrypted, ttn_webhook_secret_last4)
        values ($12, $1, true, $11, $13, $14)
        on conflict (id) do nothing
        """
    );

    private static readonly Sql AddReading = new(
        """
        insert into public.sensor_readings (id, unit_id, lora_sensor_id, temperature, recorded_at, received_at, source)
        values ($1, $2, $3, $4, $5, $5, 'ttn')
        on conflict (id) do nothing
        """
    );

    private static readonly Sql AddPerson = new(
        """
        with profile as (
            insert into public.profiles (user_id, organization_id, email, full_name)
            values ($2, $1, $3, $4)
            on conflict (user_id) do nothing
        )
        insert into public.user_roles (user_id, organization_id, role) values ($2, $1, $5::public.app_role)
        on conflict (user_id, organization_id) do nothing
        """
    );

    private static readonly Sql AddContact = new(
        """
        insert into public.escalation_contacts (id, organization_id, name, email, priority, notification_channels)
        values ($1, $2, 'Canary alerts', $3, 1, '{email}')
        on conflict (id) do nothing
        """
    );

    private static readonly Sql UserOf = new(
        "select id from auth.users where lower(email) = $1 and deleted_at is null"
    );

    private static readonly Sql Secret = new(
        "select ttn_webhook_secret_encrypted from public.ttn_connections where organization_id = $1"
    );

    private static readonly Sql Namesake = new(
        "select id::text from public.organizations where slug = $2 and id <> $1 limit 1"
    );

    private static readonly Sql Addresses = new("select id, email from auth.users where email like '%@%'");

    /// <summary>Creates what is missing of it.</summary>
    /// <param name="sealedSecret">Encrypted webhook secret, for a new connection.</param>
    /// <param name="lastOfSecret">Its last four letters in clear, as the source keeps them.</param>
    public static async Task CreateAsync(
        NpgsqlDataSource source,
        CanaryLimits limits,
        string sealedSecret,
        string lastOfSecret,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            Create,
            cancellationToken,
            CanaryIds.Organization,
            CanaryIds.Name,
            CanaryIds.Slug,
            CanaryIds.Site,
            CanaryIds.Area,
            CanaryIds.Unit,
            limits.High,
            limits.Low,
            CanaryIds.Sensor,
            CanaryIds.DevEui,
            CanaryIds.Device,
            CanaryIds.Connection,
            sealedSecret,
            lastOfSecret
        );
        foreach (var (index, id) in CanaryIds.Readings.Index())
        {
            await connection.ExecuteAsync(
                AddReading,
                cancellationToken,
                id,
                CanaryIds.Unit,
                CanaryIds.Sensor,
                limits.Inside,
                now.UtcDateTime.AddMinutes(-5 * (index + 1))
            );
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Gives a user of the source their profile and their role in the canary.</summary>
    /// <param name="role">One of the source's <c>app_role</c>.</param>
    public static Task AddPersonAsync(
        NpgsqlDataSource source,
        Guid user,
        string email,
        string name,
        string role,
        CancellationToken cancellationToken
    ) => source.ExecuteAsync(AddPerson, cancellationToken, CanaryIds.Organization, user, email, name, role);

    /// <summary>Sends the canary's alerts to one address, and to nobody else while they are acknowledged in
    /// time.</summary>
    public static Task AddContactAsync(NpgsqlDataSource source, string email, CancellationToken cancellationToken) =>
        source.ExecuteAsync(AddContact, cancellationToken, CanaryIds.Contact, CanaryIds.Organization, email);

    /// <returns>Null when nobody has the address.</returns>
    public static async Task<Guid?> FindUserAsync(
        NpgsqlDataSource source,
        string email,
        CancellationToken cancellationToken
    ) => await source.ListAsync(UserOf, row => row.GetGuid(0), cancellationToken, email) is [var id, ..] ? id : null;

    /// <returns>The encrypted webhook secret; null when there is no canary.</returns>
    public static Task<string?> FindSecretAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        source.ScalarAsync<string>(Secret, cancellationToken, CanaryIds.Organization);

    /// <returns>The id of another organization with the canary's slug; null for none.</returns>
    public static Task<string?> FindNamesakeAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        source.ScalarAsync<string>(Namesake, cancellationToken, CanaryIds.Organization, CanaryIds.Slug);

    /// <summary>Removes the organization and all that it holds.</summary>
    public static Task RemoveAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        CanaryRows.RemoveAsync(source, cancellationToken);

    /// <summary>Ids and addresses of users, for whoever knows which of them are the canary's.</summary>
    public static Task<List<(Guid Id, string Email)>> UsersAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    ) => source.ListAsync(Addresses, row => (row.GetGuid(0), row.GetString(1)), cancellationToken);
}
