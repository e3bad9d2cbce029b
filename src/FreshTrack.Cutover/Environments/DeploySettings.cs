using FreshTrack.Cutover.Deploy;

namespace FreshTrack.Cutover.Environments;

/// <summary>Where the new system's containers run.</summary>
/// <param name="Host">Its engine's machine.</param>
/// <param name="Directory">On that machine, absolute: releases, secrets, and which of them runs.</param>
/// <param name="Project">The Compose project.</param>
/// <param name="Compose">Compose files of the checkout, in their order.</param>
/// <param name="VariablesFile">Values of the Compose files' variables, beside the environment's file; no
/// secrets.</param>
public sealed record DeploySettings(
    ServerAddress Host,
    string Directory,
    string Project,
    IReadOnlyList<string> Compose,
    string VariablesFile
)
{
    /// <summary>In place of the user's own SSH configuration; null for that.</summary>
    public string? SshConfig { get; init; }

    /// <summary>Services of the Compose files that do not run there, by name.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
