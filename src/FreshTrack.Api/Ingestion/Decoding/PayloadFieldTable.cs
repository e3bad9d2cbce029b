using System.Collections.Frozen;
using static FreshTrack.Api.Ingestion.FieldUnit;
using static FreshTrack.Api.Ingestion.NoProbe;
using static FreshTrack.Api.Ingestion.Quantity;

namespace FreshTrack.Api.Ingestion;

/// <summary>Every name of a decoded payload that the API reads. Of several names for one quantity the one further up
/// counts; the names of the former webhook come first, in its order.</summary>
/// <remarks>Sources: «former» is the webhook of the system being left; a path is a decoder in the device repository for
/// LoRaWAN (github.com/TheThingsNetwork/lorawan-devices, <c>vendor/…</c>); «TTS» is the documentation of The Things
/// Stack.</remarks>
internal static class PayloadFieldTable
{
    // csharpier-ignore-start
    public static IReadOnlyList<PayloadField> All { get; } =
    [
        new("temperature", Temperature, OfSensor, "former; milesight-iot/em300-th.js, elsys/elsys.js"),
        new("TempC_SHT", Temperature, Celsius, "former; dragino/lht65.js", Dragino),
        new("TempC_DS", Temperature, Celsius, "former; dragino/lht65.js, dragino/lht52.js", DraginoDs18B20),
        new("temperature_c", Temperature, Celsius, "former"),
        new("temp_c", Temperature, Celsius, "former"),
        new("temp", Temperature, OfSensor, "former; netvox/payload/r711_r718a_r718ab_r720a.js"),
        new("air_temperature", Temperature, OfSensor, "decentlab/dl-sht35.js"),
        new("ambient_temperature", Temperature, OfSensor, "tektelic/decoder_smart_room_sensor.js"),
        new("temperature_#", Temperature, CelsiusByFormat, "TTS: CayenneLPP"),
        new("temperature_chn#", Temperature, OfSensor, "milesight-iot/ts30x.js"),
        new("temperature#", Temperature, OfSensor, "the numbered form of temperature; seen in custom formatters"),
        new("temp#", Temperature, OfSensor, "netvox/payload/r718b2.js"),
        new("TempC_TMP117", Temperature, Celsius, "dragino/lht65n.js", Dragino),
        new("TempC_SHT#", Temperature, Celsius, "dragino/sn50v3-lb.js", Dragino),
        new("TempC#", Temperature, Celsius, "dragino/lsn50-v2.js, dragino/s31-lb.js", DraginoDs18B20),
        new("Temp_C#", Temperature, Celsius, "dragino/d2x-lb.js", DraginoDs18B20),
        new("Temp_Channel#", Temperature, CelsiusByFormat, "dragino/ltc2.js", Dragino),
        new("Temp_Red", Temperature, CelsiusByFormat, "dragino/lsn50v2-d20-d22-d23.js", DraginoDs18B20),
        new("Temp_White", Temperature, CelsiusByFormat, "dragino/lsn50v2-d20-d22-d23.js", DraginoDs18B20),
        new("Temp_Black", Temperature, CelsiusByFormat, "dragino/lsn50v2-d20-d22-d23.js", DraginoDs18B20),
        new("externalTemperature", Temperature, OfSensor, "elsys/elsys.js"),
        new("externalTemperature2", Temperature, OfSensor, "elsys/elsys.js", IsList: true),
        new("irExternalTemperature", Temperature, OfSensor, "elsys/elsys.js"),
        new("surface_temperature", Temperature, OfSensor, "decentlab/dl-itst.js"),
        new("temperature_at_level_#", Temperature, OfSensor, "decentlab/dl-tp.js"),
        new("temperatureBoard", Temperature, OfSensor, "browan/tbdw100.js"),
        new("averageTemperature", Temperature, OfSensor, "sensative/strips.js"),
        new("averageTemp", Temperature, OfSensor, "Sensative: Strips codec"),
        new("avg_temp", Temperature, OfSensor, "Sensative: Strips codec"),
        new("temperature_f", Temperature, Fahrenheit, "INGESTION.md since its first version"),
        new("TempF_SHT", Temperature, Fahrenheit, "Dragino: LHT65N codec, newer release", Dragino),
        new("TempF_DS", Temperature, Fahrenheit, "Dragino: LHT65N codec, newer release", DraginoDs18B20),
        new("TempF_TMP117", Temperature, Fahrenheit, "Dragino: LHT65N codec, newer release", Dragino),
        new("TempF_Channel#", Temperature, Fahrenheit, "Dragino: LTC2 codec, newer release", Dragino),
        new("normalized.air.temperature", Temperature, Celsius, "TTS: normalized payload"),

        new("mcu_temperature", Housing, OfSensor, "tektelic/decoder_smart_room_sensor.js"),
        new("irInternalTemperature", Housing, OfSensor, "elsys/elsys.js"),

        new("humidity", Humidity, Percent, "former; milesight-iot/em300-th.js, elsys/elsys.js"),
        new("Hum_SHT", Humidity, Percent, "former; dragino/lht65.js"),
        new("humidity_pct", Humidity, Percent, "former"),
        new("relative_humidity", Humidity, Percent, "former; tektelic/decoder_smart_room_sensor.js"),
        new("rh", Humidity, Percent, "INGESTION.md since its first version"),
        new("Humi", Humidity, Percent, "netvox/payload/r711_r718a_r718ab_r720a.js"),
        new("air_humidity", Humidity, Percent, "decentlab/dl-sht35.js"),
        new("relative_humidity_#", Humidity, Percent, "TTS: CayenneLPP"),
        new("Hum_SHT#", Humidity, Percent, "dragino/sn50v3-lb.js"),
        new("normalized.air.relativeHumidity", Humidity, Percent, "TTS: normalized payload"),

        new("battery", Battery, Percent, "former; milesight-iot/em300-th.js (percent), browan/tbhh100.js (volts)"),
        new("battery_level", Battery, Percent, "former"),
        new("batt", Battery, Percent, "INGESTION.md since its first version"),

        new("battery_voltage", Voltage, Volts, "former; decentlab/dl-sht35.js, tektelic/decoder_home_sensor.js"),
        new("BatV", Voltage, Volts, "former; dragino/lht65.js"),
        new("BAT_V", Voltage, Volts, "former; dragino/lds02.js"),
        new("battery_v", Voltage, Volts, "former"),
        new("battery_volt_abs", Voltage, Volts, "former"),
        new("batteryVoltage", Voltage, Volts, "former"),
        new("vbat", Voltage, Volts, "former"),
        new("Bat_mV", Voltage, Volts, "dragino/lht52.js"),
        new("vdd", Voltage, Volts, "elsys/elsys.js"),
        new("Volt", Voltage, Volts, "netvox/payload/r711_r718a_r718ab_r720a.js"),
        new("normalized.battery", Voltage, Volts, "TTS: normalized payload"),

        new("door_open", Door, NoUnit, "former"),
        new("doorOpen", Door, NoUnit, "former, in the bulk request's camelCase"),
        new("DOOR_OPEN_STATUS", Door, NoUnit, "former; dragino/lds02.js"),
        new("door_status", Door, NoUnit, "former; dragino/s31-lb.js"),
        new("open_state_abs", Door, NoUnit, "former"),
        new("doorStatus", Door, NoUnit, "former"),
        new("door", Door, NoUnit, "former; sensative/strips.js"),
        new("open_close", Door, NoUnit, "former"),
        new("contactStatus", Door, NoUnit, "former"),
        new("magnet_status", Door, NoUnit, "milesight-iot/em300-mcs.js, newer release"),
        new("magnet", Door, NoUnit, "milesight-iot/em300-mcs.js"),
        new("magnet_chn#", Door, NoUnit, "milesight-iot/ts30x.js"),
        new("OnOff", Door, NoUnit, "netvox/payload/r311a_r718f_r730f.js"),
        new("normalized.action.contactState", Door, NoUnit, "TTS: normalized payload"),

        new("open_count", DoorCount, NoUnit, "former"),
        new("DOOR_OPEN_TIMES", DoorCount, NoUnit, "former; dragino/lds02.js"),
        new("open_times", DoorCount, NoUnit, "former"),
        new("doorCount", DoorCount, NoUnit, "sensative/strips.js"),

        new("open_duration_s", DoorDuration, Seconds, "former"),
        new("LAST_DOOR_OPEN_DURATION", DoorDuration, Minutes, "former; dragino/lds02.js"),
        new("open_duration", DoorDuration, Minutes, "former"),
        new("last_open_duration", DoorDuration, Minutes, "former"),

        new("history", History, NoUnit, "sensative/strips.js; Milesight: SensorDecoders"),
        new("DATALOG", History, NoUnit, "dragino/lht65n.js"),
    ];
    // csharpier-ignore-end

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Ranks = All.Select(
            (field, rank) => KeyValuePair.Create(field.Name, rank)
        )
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a setting may name it: <c>TempC_DS</c>, <c>temperature_2</c>, and of fields that hold a list
    /// also <c>externalTemperature2[1]</c>.</summary>
    public static bool IsTemperature(string name)
    {
        var bracket = name.EndsWith(']') ? name.LastIndexOf('[') : -1;
        var isNumbered = bracket >= 0 && int.TryParse(name.AsSpan(bracket + 1, name.Length - bracket - 2), out var _);
        return Rank(isNumbered ? name[..bracket] : name) is { } rank
            && All[rank] is { Quantity: Quantity.Temperature or Quantity.Housing } field
            && (!isNumbered || field.IsList);
    }

    /// <summary>The place of a name in the table; null when it is not in it.</summary>
    public static int? Rank(string name)
    {
        if (Ranks.TryGetValue(name, out var exact))
        {
            return exact;
        }

        var stem = name.AsSpan().TrimEnd("0123456789");
        return stem.Length < name.Length && stem.Length < 64 && Ranks.TryGetValue($"{stem}#", out var numbered)
            ? numbered
            : null;
    }
}
