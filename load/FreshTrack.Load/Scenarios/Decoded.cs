using System.Text.Json;

namespace FreshTrack.Load.Scenarios;

/// <summary>What a sensor measured, as the decoders of different makers put it; <c>fixtures/ttn</c> holds a whole
/// message of each.</summary>
/// <param name="Temperature">°C.</param>
/// <param name="Humidity">Percent.</param>
/// <param name="Volts">Of the battery.</param>
internal readonly record struct Decoded(bool IsDoor, double Temperature, double Humidity, double Volts, bool Open)
{
    /// <summary>A device keeps its maker: the last digits of its EUI choose one.</summary>
    public void Write(Utf8JsonWriter json, string devEui)
    {
        json.WriteStartObject("decoded_payload");
        switch (devEui.AsSpan()[^1] % 4)
        {
            case 0:
                WriteMilesight(json);
                break;
            case 1:
                WriteDragino(json);
                break;
            case 2:
                WriteElsys(json);
                break;
            default:
                WriteNetvox(json);
                break;
        }

        json.WriteEndObject();
    }

    private int BatteryPercent => (int)((Volts - 2.6) * 100);

    private void WriteMilesight(Utf8JsonWriter json)
    {
        json.WriteNumber("battery", BatteryPercent);
        if (IsDoor)
        {
            json.WriteNumber("magnet", Open ? 1 : 0);
        }
        else
        {
            json.WriteNumber("humidity", Humidity);
            json.WriteNumber("temperature", Temperature);
        }
    }

    /// <summary>Numbers printed as text, beside fields that no reading keeps.</summary>
    private void WriteDragino(Utf8JsonWriter json)
    {
        json.WriteNumber(IsDoor ? "BAT_V" : "BatV", Volts);
        if (IsDoor)
        {
            json.WriteNumber("ALARM", 0);
            json.WriteNumber("DOOR_OPEN_STATUS", Open ? 1 : 0);
            json.WriteNumber("MOD", 1);
        }
        else
        {
            json.WriteNumber("Bat_status", 3);
            json.WriteString("Ext_sensor", "Temperature Sensor");
            json.WriteString("Hum_SHT", Humidity.ToString("0.0"));
            json.WriteString("TempC_SHT", Temperature.ToString("0.00"));
        }
    }

    /// <summary>Millivolts; its door contact is written as Milesight's.</summary>
    private void WriteElsys(Utf8JsonWriter json)
    {
        if (IsDoor)
        {
            WriteMilesight(json);
            return;
        }

        json.WriteNumber("humidity", (int)Humidity);
        json.WriteNumber("light", 39);
        json.WriteNumber("motion", 6);
        json.WriteNumber("temperature", Math.Round(Temperature, 1));
        json.WriteNumber("vdd", (int)(Volts * 1000));
    }

    private void WriteNetvox(Utf8JsonWriter json)
    {
        json.WriteString("Device", IsDoor ? "R718F" : "R718A");
        json.WriteNumber("Volt", Math.Round(Volts, 1));
        if (IsDoor)
        {
            json.WriteNumber("OnOff", Open ? 1 : 0);
        }
        else
        {
            json.WriteNumber("Humi", (int)Humidity);
            json.WriteNumber("Temp", Math.Round(Temperature, 1));
        }
    }
}
