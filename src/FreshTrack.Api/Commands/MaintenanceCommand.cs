using FreshTrack.Api.Operations;
using Npgsql;

namespace FreshTrack.Api.Commands;

/// <summary><c>maintenance on [--canary ORGANIZATION | --refuse-sensors]</c> and <c>maintenance off</c>.</summary>
internal static class MaintenanceCommand
{
    /// <summary>Closes it to everybody, sensors included.</summary>
    public static async Task<CommandResult> RefuseSensorsAsync(
        NpgsqlDataSource database,
        CancellationToken cancellationToken
    ) =>
        CommandResult.Passed(
            await MaintenanceTable.SetAsync(database, isOn: true, cancellationToken, refusesSensors: true)
                ? "maintenance: on, and sensors are refused, by every instance, within a second."
                : "maintenance: sensors were refused already."
        );

    public static async Task<CommandResult> SwitchAsync(
        NpgsqlDataSource database,
        bool isOn,
        string? canary,
        CancellationToken cancellationToken
    )
    {
        Guid? open = null;
        if (canary is not null)
        {
            var (organization, problem) = await OrganizationName.FindAsync(database, canary, cancellationToken);
            if (problem is not null)
            {
                return CommandResult.Refused($"maintenance: {problem}");
            }

            open = organization;
        }

        var word =
            open is { } id ? $"on, but for organization {id},"
            : isOn ? "on"
            : "off";
        return CommandResult.Passed(
            await MaintenanceTable.SetAsync(database, isOn, cancellationToken, open)
                ? $"maintenance: {word} for every instance, within a second."
                : $"maintenance: it was {word} already."
        );
    }
}
