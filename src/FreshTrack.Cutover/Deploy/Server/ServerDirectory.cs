using CliWrap;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The stack's directory on the server: <c>releases/ID</c>; <c>current</c>, <c>good</c>, <c>previous</c> and
/// <c>back</c>, which lead to some of them; and <c>secrets</c>. A release is complete before anything leads to
/// it.</summary>
/// <param name="path">Absolute, such as <c>/opt/freshtrack-pro</c>.</param>
public sealed class ServerDirectory(ServerShell shell, string path)
{
    /// <summary>What was deployed last, whatever became of it.</summary>
    public const string Current = "current";

    /// <summary>What was deployed last to its end.</summary>
    public const string Good = "good";

    /// <summary>What was <see cref="Good"/> before.</summary>
    public const string Previous = "previous";

    /// <summary>What a step back leads to, from its begin to its end.</summary>
    public const string Back = "back";

    public string Path => path;

    public string CurrentPath => $"{path}/{Current}";

    public string Secrets => $"{path}/secrets";

    /// <returns>The id that a name leads to; null where it leads nowhere.</returns>
    public async Task<string?> ReleaseAsync(string name, CancellationToken cancellationToken)
    {
        var (code, output, _) = await shell.TryAsync(["readlink", $"{path}/{name}"], cancellationToken);
        return code == 0 ? output.Trim().Split('/')[^1] : null;
    }

    /// <summary>Whether a release was copied here.</summary>
    public async Task<bool> HasAsync(string id, CancellationToken cancellationToken) =>
        (await shell.TryAsync(["test", "-d", PathOf(id)], cancellationToken)).Code == 0;

    /// <summary>Copies a release; nothing leads to it yet. One that is there already stays.</summary>
    /// <exception cref="ServerException">The directory cannot be written.</exception>
    public async Task PutAsync(Release release, CancellationToken cancellationToken)
    {
        var incoming = $"{path}/releases/.{release.Id}.{Guid.CreateVersion7():N}";
        await ShellAsync(
            $"mkdir -p {Q($"{path}/releases")} {Q(Secrets)} && chmod 700 {Q(Secrets)} && rm -rf {Q(incoming)} && "
                + $"mkdir {Q(incoming)} && ln -s ../../secrets {Q($"{incoming}/secrets")}",
            cancellationToken
        );
        using var tar = new MemoryStream();
        await release.WriteTarAsync(tar, cancellationToken);
        tar.Position = 0;
        await shell.RunAsync(
            ["tar", "--extract", "--file=-", "--no-same-owner", $"--directory={incoming}"],
            cancellationToken,
            PipeSource.FromStream(tar)
        );
        await ShellAsync(
            $"if test -d {Q(PathOf(release.Id))}; then rm -rf {Q(incoming)}; "
                + $"else mv {Q(incoming)} {Q(PathOf(release.Id))}; fi",
            cancellationToken
        );
    }

    /// <summary>Reads a release back.</summary>
    /// <exception cref="ServerException">It is not there.</exception>
    public async Task<Release> ReadReleaseAsync(string id, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        await shell.ReadAsync(
            ["tar", "--create", "--file=-", "--exclude=./secrets", $"--directory={PathOf(id)}", "."],
            tar,
            cancellationToken
        );
        tar.Position = 0;
        return await Release.ReadTarAsync(tar, cancellationToken);
    }

    /// <summary>The release to go back to: that of a step back that did not come to its end, or the last good one
    /// where the current one is not, else the one before.</summary>
    /// <returns>Null where there is none.</returns>
    public async Task<string?> WayBackAsync(CancellationToken cancellationToken)
    {
        if (await ReleaseAsync(Back, cancellationToken) is { } begun)
        {
            return begun;
        }

        var good = await ReleaseAsync(Good, cancellationToken);
        return good == await ReleaseAsync(Current, cancellationToken)
            ? await ReleaseAsync(Previous, cancellationToken)
            : good;
    }

    /// <summary>Says that a step back has begun: until it has come to its end, or another release is deployed, it is
    /// the way back.</summary>
    public Task BeginBackAsync(string id, CancellationToken cancellationToken) =>
        ShellAsync(Link(id, Back), cancellationToken);

    /// <summary>Says that every service of the release is well.</summary>
    public async Task KeepAsync(string id, CancellationToken cancellationToken)
    {
        var good = await ReleaseAsync(Good, cancellationToken);
        var links =
            good == id ? ""
            : good is null ? $"{Link(id, Good)} && "
            : $"{Link(good, Previous)} && {Link(id, Good)} && ";
        await ShellAsync($"{links}{NoWayBack}", cancellationToken);
    }

    /// <summary>Lets <c>current</c> lead to a release.</summary>
    /// <exception cref="RefusedException">The release is not there.</exception>
    public async Task SwitchAsync(string id, CancellationToken cancellationToken)
    {
        if (!await HasAsync(id, cancellationToken))
        {
            throw new RefusedException($"Release {id} is not in {path}/releases on {shell.Address}. Deploy it again.");
        }

        var isBack = await ReleaseAsync(Back, cancellationToken) == id;
        await ShellAsync($"{Link(id, Current)}{(isBack ? "" : $" && {NoWayBack}")}", cancellationToken);
    }

    /// <summary>Takes the right to change what runs from here.</summary>
    /// <param name="what">What it is taken for.</param>
    /// <exception cref="RefusedException">Another process has it; the message says who, and since when.</exception>
    public Task<ServerLock> LockAsync(string what, TimeProvider clock, CancellationToken cancellationToken) =>
        ServerLock.TakeAsync(shell, path, what, clock, cancellationToken);

    /// <summary>Puts a secret into its file, for the users of the containers to read; it travels as input and is seen
    /// in no list of processes.</summary>
    public async Task PlaceSecretAsync(string name, string secret, CancellationToken cancellationToken)
    {
        var file = $"{Secrets}/{name}";
        await shell.RunAsync(
            [
                "sh",
                "-c",
                $"mkdir -p {Q(Secrets)} && chmod 700 {Q(Secrets)} && umask 333 && rm -f {Q($"{file}.new")} && "
                    + $"cat > {Q($"{file}.new")} && mv -f {Q($"{file}.new")} {Q(file)}",
            ],
            cancellationToken,
            PipeSource.FromString(secret)
        );
    }

    /// <returns>Of each file that is there, its length and when it was written.</returns>
    internal async Task<IReadOnlyDictionary<string, FileStamp>> StampsAsync(
        IReadOnlyCollection<string> files,
        CancellationToken cancellationToken
    )
    {
        var (_, output, _) = await shell.TryAsync(
            ["stat", "--dereference", "--format=%s %Y %n", .. files],
            cancellationToken
        );
        return output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split(' ', 3))
            .ToDictionary(parts => parts[2], parts => new FileStamp(long.Parse(parts[0]), long.Parse(parts[1])));
    }

    /// <returns>A file of the directory; null where there is none.</returns>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var (code, output, _) = await shell.TryAsync(["cat", $"{path}/{name}"], cancellationToken);
        return code == 0 ? output : null;
    }

    /// <summary>Replaces a file of the directory at once.</summary>
    public Task WriteAsync(string name, string text, CancellationToken cancellationToken) =>
        shell.RunAsync(
            ["sh", "-c", $"cat > {Q($"{path}/{name}.new")} && mv -f {Q($"{path}/{name}.new")} {Q($"{path}/{name}")}"],
            cancellationToken,
            PipeSource.FromString(text)
        );

    private string NoWayBack => $"rm -f {Q($"{path}/{Back}")}";

    private Task<string> ShellAsync(string script, CancellationToken cancellationToken) =>
        shell.RunAsync(["sh", "-c", script], cancellationToken);

    // Renamed into its place: there is no moment without one.
    private string Link(string id, string name) =>
        $"ln -sfn {Q($"releases/{id}")} {Q($"{path}/.{name}")} && mv -fT {Q($"{path}/.{name}")} {Q($"{path}/{name}")}";

    /// <summary>Of a release.</summary>
    public string PathOf(string id) => $"{path}/releases/{id}";

    private static string Q(string word) => ServerShell.Quoted(word);
}

/// <summary>What tells a file that was written anew from the one before, without its content.</summary>
/// <param name="ModifiedAt">Seconds since 1970.</param>
internal sealed record FileStamp(long Length, long ModifiedAt);
