using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Uplinks;

/// <summary>A sensor as The Things Stack knows it.</summary>
/// <param name="Id">Of its row, in source and target alike.</param>
/// <param name="DeviceId">Of its messages; the row may have another one, and is then found by the EUI.</param>
/// <param name="DevEui">Null where its messages name it by device id alone.</param>
/// <param name="Secret">Of its organization's webhook.</param>
internal sealed record NetworkSensor(Guid Id, string DeviceId, string? DevEui, string Secret)
{
    /// <summary>What the network posts of an uplink of this sensor.</summary>
    public JsonObject Message(long frameCounter, string receivedAt, decimal celsius)
    {
        var ids = new JsonObject
        {
            ["device_id"] = DeviceId,
            ["application_ids"] = new JsonObject { ["application_id"] = "freshtrack" },
        };
        if (DevEui is not null)
        {
            ids["dev_eui"] = DevEui;
        }

        return new JsonObject
        {
            ["end_device_ids"] = ids,
            ["received_at"] = receivedAt,
            ["uplink_message"] = new JsonObject
            {
                ["f_port"] = 85,
                ["f_cnt"] = frameCounter,
                ["frm_payload"] = Convert.ToBase64String(BitConverter.GetBytes(frameCounter)),
                ["decoded_payload"] = new JsonObject { ["temperature"] = celsius, ["humidity"] = 60.5 },
                ["rx_metadata"] = new JsonArray(new JsonObject { ["rssi"] = -97 }),
                ["received_at"] = receivedAt,
            },
        };
    }
}
