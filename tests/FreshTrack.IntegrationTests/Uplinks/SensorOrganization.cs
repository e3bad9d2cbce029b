namespace FreshTrack.IntegrationTests.Uplinks;

/// <summary>An organization with sensors, each in a unit of its own.</summary>
internal static class SensorOrganization
{
    /// <summary>Makes it. <c>$1</c>: how many sensors; <c>$2</c>: the look-up value of its webhook's secret, bytea.
    /// Returns of each sensor the id and the device EUI.</summary>
    public const string Sql = """
        with o as (insert into organizations (name, slug) values ('Sensors', 'sensors') returning id),
        s as (insert into sites (organization_id, name) select id, 'Site' from o returning id),
        a as (insert into areas (site_id, name) select id, 'Area' from s returning id),
        u as (
          insert into units (area_id, name)
          select a.id, n::text from a, generate_series(1, $1) n returning id, name),
        k as (
          insert into ttn_connections (organization_id, is_enabled, webhook_secret_lookup)
          select id, true, $2 from o)
        insert into lora_sensors (organization_id, unit_id, dev_eui, name)
        select o.id, u.id, lpad(u.name, 16, '0'), u.name from o, u
        returning id, dev_eui
        """;
}
