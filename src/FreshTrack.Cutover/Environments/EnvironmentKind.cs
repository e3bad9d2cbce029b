namespace FreshTrack.Cutover.Environments;

/// <summary>What an environment is for. Written in lower case in its file.</summary>
public enum EnvironmentKind
{
    /// <summary>Customers work on it.</summary>
    Production,

    /// <summary>Servers in containers, for rehearsals and practice.</summary>
    Stage,
}
