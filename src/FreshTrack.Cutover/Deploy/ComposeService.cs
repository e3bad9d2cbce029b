namespace FreshTrack.Cutover.Deploy;

/// <summary>A container of a service, as the engine sees it.</summary>
/// <param name="State"><c>running</c>, <c>exited</c>, <c>restarting</c>.</param>
/// <param name="Health"><c>healthy</c>, <c>unhealthy</c>, <c>starting</c>; empty without a health check.</param>
public sealed record ComposeService(
    string Service,
    string Name,
    string State,
    string Health,
    int ExitCode,
    string Image
)
{
    public bool IsWell => State == "running" && Health is "" or "healthy";

    public override string ToString() =>
        $"{Service} is {State}{(Health.Length == 0 ? "" : $", {Health}")}"
        + (State == "exited" ? $" with {ExitCode}" : "");
}
