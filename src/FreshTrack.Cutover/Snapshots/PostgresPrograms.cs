using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Snapshots;

/// <summary>pg_dump and pg_restore of one version: those of this machine, or of an image that has them.</summary>
public sealed partial class PostgresPrograms
{
    /// <summary>What stands before the reason in what the programs print; details follow it.</summary>
    public const string Error = " error: ";

    private const string Engine = "docker";

    private readonly string? image;
    private readonly int major;

    private PostgresPrograms(string? image, string version, int major) =>
        (this.image, Version, this.major) = (image, version, major);

    /// <summary>As the program says it: <c>pg_dump (PostgreSQL) 17.6</c>.</summary>
    public string Version { get; }

    /// <summary>Where the programs are: <c>this machine</c>, or the image.</summary>
    public string Where => image is null ? "this machine" : $"the image {image}";

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Major { get; }

    /// <summary>This machine's programs where they can read the server, else those of the image.</summary>
    /// <param name="server">The server's major version: programs of an older one refuse it.</param>
    /// <param name="image">Null where there is no image.</param>
    /// <exception cref="RefusedException">Neither is new enough.</exception>
    public static async Task<PostgresPrograms> FindAsync(int server, string? image, CancellationToken cancellationToken)
    {
        var local = await TryAsync(null, cancellationToken);
        if (local.Programs is { } here && here.major >= server)
        {
            return here;
        }

        var other = image is null
            ? (Programs: null, Why: "there is no image with them")
            : await TryAsync(image, cancellationToken);
        return other.Programs is { } there && there.major >= server
            ? there
            : throw new RefusedException(
                $"No pg_dump and pg_restore for the source's PostgreSQL {server}: on this machine {local.Why}; "
                    + $"{(image is null ? "" : $"in the image {image} ")}{other.Why}. Install "
                    + $"postgresql-client-{server} or newer, or build the image (./build.sh BuildImages)."
            );
    }

    /// <summary>The programs of an image.</summary>
    /// <exception cref="RefusedException">The image has none, or does not run.</exception>
    public static async Task<PostgresPrograms> InImageAsync(string image, CancellationToken cancellationToken)
    {
        var (programs, why) = await TryAsync(image, cancellationToken);
        return programs ?? throw new RefusedException($"The image {image} has no pg_dump: {why}. Name another one.");
    }

    /// <summary>Reads a database; the archive goes to standard output.</summary>
    /// <param name="connectionString">Npgsql's. It reaches the program by its environment: an argument could be read
    /// by everybody on the machine.</param>
    public Command Dump(string connectionString, params IEnumerable<string> arguments) =>
        Program("pg_dump", ConnectionVariables.Of(connectionString), arguments);

    /// <summary>Reads an archive from standard input and fills a database.</summary>
    /// <inheritdoc cref="Dump"/>
    public Command Restore(string connectionString, params IEnumerable<string> arguments)
    {
        var variables = ConnectionVariables.Of(connectionString);
        return Program("pg_restore", variables, [$"--dbname={variables["PGDATABASE"]}", .. arguments]);
    }

    /// <summary>Reads an archive from standard input without a database.</summary>
    public Command ReadArchive(params IEnumerable<string> arguments) =>
        Program("pg_restore", ConnectionVariables.None, arguments);

    private static async Task<(PostgresPrograms? Programs, string Why)> TryAsync(
        string? image,
        CancellationToken cancellationToken
    )
    {
        var (output, errors) = (new StringBuilder(), new LastLine(Error));
        var asked = new PostgresPrograms(image, "", 0).Program("pg_dump", ConnectionVariables.None, ["--version"]);
        try
        {
            var code = await asked
                .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
                .WithStandardErrorPipe(errors.Pipe)
                .RunAsync(cancellationToken);
            var version = output.ToString().Trim();
            return code == 0 && Major.Match(version) is { Success: true } match
                ? (new PostgresPrograms(image, version, int.Parse(match.Groups["major"].Value)), $"it is {version}")
                : (null, $"it ended with exit code {code}: {errors.Text}");
        }
        catch (RefusedException)
        {
            return (null, image is null ? "there is none" : $"'{Engine}' is not installed");
        }
    }

    private Command Program(
        string name,
        IReadOnlyDictionary<string, string?> variables,
        IEnumerable<string> arguments
    ) =>
        image is null
            ? Cli.Wrap(name).WithArguments(arguments).WithEnvironmentVariables(variables)
            : Cli.Wrap(Engine)
                .WithArguments([
                    "run",
                    "--rm",
                    "--interactive",
                    // The archive would be kept a second time, in the container's log.
                    "--log-driver=none",
                    // Servers are reached as this process reaches them.
                    "--network=host",
                    // By name alone: the values come from this process's environment.
                    .. variables.Keys.Select(variable => $"--env={variable}"),
                    .. ConnectionVariables
                        .FilesOf(variables)
                        .Select(file => $"--mount=type=bind,readonly,source={file},target={file}"),
                    $"--entrypoint={name}",
                    image,
                    .. arguments,
                ])
                .WithEnvironmentVariables(variables);
}
