using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Environments;

/// <summary>Who does what in the night, and who is called.</summary>
public sealed record People(
    IReadOnlyDictionary<Role, IReadOnlyList<string>> Roles,
    DecisionAuthority? Decision,
    IReadOnlyList<Contact> Contacts
)
{
    /// <summary>Nobody was named.</summary>
    public static People None { get; } = new(new Dictionary<Role, IReadOnlyList<string>>(), null, []);

    /// <summary>The names of a role; empty where nobody was named.</summary>
    public IReadOnlyList<string> Of(Role role) => Roles.GetValueOrDefault(role) ?? [];
}

/// <summary>Who decides on a problem, by how bad it is.</summary>
public sealed record DecisionAuthority(
    IReadOnlyList<string> Minor,
    IReadOnlyList<string> Major,
    IReadOnlyList<string> Critical
);

/// <param name="RespondWithin">How soon the person answers.</param>
public sealed record Contact(string Name, Role Role, string Phone, TimeSpan RespondWithin);
