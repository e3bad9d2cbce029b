using System.Security.Cryptography;
using System.Text;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Api.Alerts;

namespace FreshTrack.IntegrationTests.Load;

/// <summary>What load needs to find in the database of a stage.</summary>
internal static class LoadSteps
{
    /// <summary>What <see cref="GivenALoadedPlaceAsync"/> encrypts webhook secrets with.</summary>
    public static byte[] Key { get; } = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    /// <summary>A place whose sensor is active and whose webhook secret is kept as the product keeps it.</summary>
    public static async Task<Place> GivenALoadedPlaceAsync(this ApiStage stage, CancellationToken cancellationToken)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, cancellationToken);
        await using var command = stage.Data.CreateCommand(
            """
            with sensor as (update lora_sensors set status = 'active' where id = $1)
            update ttn_connections set ttn_webhook_secret_encrypted = $2 where organization_id = $3
            """
        );
        command.Parameters.AddWithValue(place.Sensor);
        command.Parameters.AddWithValue(Sealed(place.Secret));
        command.Parameters.AddWithValue(place.Organization);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return place;
    }

    public static async Task GivenAlertsAsync(
        this ApiStage stage,
        Place place,
        CancellationToken cancellationToken,
        params (string Type, string Status)[] alerts
    )
    {
        foreach (var (type, status) in alerts)
        {
            await stage.Data.RunAsync(
                "insert into alerts (unit_id, organization_id, title, alert_type, severity, status) "
                    + $"values ('{place.Unit}', '{place.Organization}', 'title', '{type}', 'warning', '{status}')",
                cancellationToken
            );
        }
    }

    private static string Sealed(string secret)
    {
        var (nonce, plain, tag) = (RandomNumberGenerator.GetBytes(12), Encoding.UTF8.GetBytes(secret), new byte[16]);
        var cipher = new byte[plain.Length];
        using var aes = new AesGcm(Key, tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag);
        return Convert.ToBase64String([.. nonce, .. cipher, .. tag]);
    }
}
