using System.Text.Json.Serialization;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>Who a step belongs to; the environment's file names the people.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    [JsonStringEnumMemberName("release_manager")]
    ReleaseManager,

    [JsonStringEnumMemberName("database")]
    Database,

    [JsonStringEnumMemberName("operations")]
    Operations,

    [JsonStringEnumMemberName("communications")]
    Communications,

    [JsonStringEnumMemberName("approvers")]
    Approvers,
}
