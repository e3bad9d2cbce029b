using FreshTrack.Cutover.Deploy;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Environments;

/// <summary>Reads <c>deploy</c> of an environment's file.</summary>
/// <param name="folder">Of the environment's file.</param>
internal sealed class DeployReader(YamlProblems problems, string folder)
{
    private static readonly string[] Usual = ["compose.yaml", "compose.production.yaml"];

    public DeploySettings? Read(YamlNode? node)
    {
        var section = problems.Mapping(
            node,
            "host",
            "directory",
            "project",
            "compose",
            "env_file",
            "ssh_config",
            "left_out"
        );
        if (section is null)
        {
            return null;
        }

        var host = problems.Required(
            section,
            "host",
            value => ServerAddress.Parse(value.Text()) ?? throw Refuse(value, ServerAddress.Expected)
        );
        var directory = problems.Required(section, "directory", Directory);
        var project = problems.Required(section, "project", Project);
        var compose = problems.Optional(section, "compose", value => value.Items().Select(File).ToArray());
        var variables = problems.Required(section, "env_file", Existing);
        return new DeploySettings(host, directory, project, compose ?? Usual, variables)
        {
            SshConfig = problems.Optional(section, "ssh_config", Existing),
            LeftOut = problems.Optional(section, "left_out", value => value.Texts()) ?? [],
        };
    }

    private string Existing(YamlNode node) =>
        Path.Combine(folder, node.Text()) is var path && System.IO.File.Exists(path)
            ? path
            : throw Refuse(node, "a file, from this one's folder or absolute");

    private static string File(YamlNode node) =>
        !Path.IsPathRooted(node.Text()) && !node.Text().Contains("..")
            ? node.Text()
            : throw Refuse(node, "a path in the repository, such as compose.yaml");

    private static string Directory(YamlNode node) =>
        node.Text().TrimEnd('/') is ['/', _, ..] path && !path[1..].Split('/').Any(part => part is "" or "." or "..")
            ? path
            : throw Refuse(node, "an absolute path of the server, such as /opt/freshtrack-pro");

    // What Compose takes for a name.
    private static string Project(YamlNode node) =>
        node.Text() is [var first, ..] name
        && char.IsAsciiLetterOrDigit(first)
        && name.All(letter => letter is '-' or '_' || char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
        && !char.IsAsciiLetterUpper(first)
            ? name
            : throw Refuse(node, "lower-case letters, digits, - and _, a letter or digit first, such as freshtrack");

    private static RefusedException Refuse(YamlNode node, string expected) =>
        node.Refuse($"{node.What} is {node.Quote(node.Text())}; expected {expected}");
}
