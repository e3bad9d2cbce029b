using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Environments;

/// <summary>Reads <c>roles</c> and <c>contacts</c> of an environment's file.</summary>
internal static class PeopleReader
{
    private static readonly Dictionary<string, Role> Names = new()
    {
        ["release_manager"] = Role.ReleaseManager,
        ["approvers"] = Role.Approvers,
        ["database"] = Role.Database,
        ["operations"] = Role.Operations,
        ["communications"] = Role.Communications,
    };

    public static People Read(YamlProblems problems, YamlNode? roles, YamlNode? contacts)
    {
        var section = problems.Mapping(roles, [.. Names.Keys, "decision"]);
        var named = new Dictionary<Role, IReadOnlyList<string>>();
        foreach (var (key, role) in Names)
        {
            if (problems.Optional(section, key, Texts) is { } people)
            {
                named[role] = people;
            }
        }

        return new People(
            named,
            Authority(problems, problems.Optional(section, "decision", node => node)),
            [.. (contacts?.Items() ?? []).Select(node => Contact(problems, node))]
        );
    }

    private static DecisionAuthority? Authority(YamlProblems problems, YamlNode? node) =>
        problems.Mapping(node, "minor", "major", "critical") is { } section
            ? new DecisionAuthority(
                problems.Required(section, "minor", Texts),
                problems.Required(section, "major", Texts),
                problems.Required(section, "critical", Texts)
            )
            : null;

    private static Contact Contact(YamlProblems problems, YamlNode node)
    {
        var contact = problems.Mapping(node, "name", "role", "phone", "respond_within");
        return new Contact(
            problems.Required(contact, "name", value => value.Text()),
            problems.Required(contact, "role", RoleOf),
            problems.Required(contact, "phone", value => value.Text()),
            problems.Required(contact, "respond_within", value => value.Duration())
        );
    }

    private static Role RoleOf(YamlNode node) =>
        Names.TryGetValue(node.Text(), out var role)
            ? role
            : throw node.Refuse(
                $"{node.What} is {node.Quote(node.Text())}; expected one of {string.Join(", ", Names.Keys)}"
            );

    private static IReadOnlyList<string> Texts(YamlNode node) =>
        node.Texts() is { Count: > 0 } texts ? texts : throw node.Refuse($"{node.What} is empty; expected names");
}
