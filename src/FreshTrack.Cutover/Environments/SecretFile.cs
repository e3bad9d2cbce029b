using FreshTrack.Plan;

namespace FreshTrack.Cutover.Environments;

/// <summary>A file that holds one secret and that only its owner and group may read. No message holds what is in
/// it.</summary>
public static class SecretFile
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <returns>The secret, without white space around it.</returns>
    /// <exception cref="RefusedException">There is no such file, it cannot be read or is empty, or everybody may read
    /// it.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new RefusedException($"there is no secret file '{path}'; write the secret to it and nothing else");
        }

        string text;
        try
        {
            DemandClosed(path);
            // A pipe has no length, and reading it would wait for ever for somebody who writes.
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            text = file is FileInfo { Length: 0 } ? "" : File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"the secret file '{path}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }

        return text.Length == 0 ? throw new RefusedException($"the secret file '{path}' is empty, or no plain file")
            // A header or an address with a line break in it is refused later, by whoever quotes it.
            : text.Any(char.IsControl)
                ? throw new RefusedException(
                    $"the secret file '{path}' holds more than one line; expected the secret alone"
                )
            : text;
    }

    /// <summary>What the file that a secret's node names holds, <c>{ file: PATH }</c>; secrets themselves stand in no
    /// YAML file.</summary>
    /// <param name="folder">Where relative paths begin.</param>
    /// <param name="found">Is given the file's path.</param>
    /// <exception cref="RefusedException">The secret is written out, or its file cannot be read or parsed; the message
    /// names the node's place.</exception>
    public static T ReadNamed<T>(YamlNode node, string folder, Func<string, T> parse, Action<string>? found = null)
    {
        if (node.IsText)
        {
            throw node.Refuse($"{node.What} is written out; expected {{ file: PATH }}, so that no secret stands here");
        }

        var file = node.Mapping("file").Required("file");
        var path = Path.Combine(folder, file.Text());
        if (file.Quote(file.Text()) != $"'{file.Text()}'" && !File.Exists(path))
        {
            throw file.Refuse(
                $"'file' is {file.Quote(file.Text())}; expected the path of a file that holds the secret"
            );
        }

        try
        {
            found?.Invoke(path);
            return parse(Read(path));
        }
        catch (RefusedException refusal)
        {
            throw file.Refuse(refusal.Message.TrimEnd('.'));
        }
    }

    private static void DemandClosed(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) is not UnixFileMode.None and var open)
        {
            throw new RefusedException(
                $"the secret file '{path}' is open to everybody on this machine ({open}); chmod o-rwx it"
            );
        }
    }

    /// <summary>Writes a secret that only its owner may read, from the first byte on.</summary>
    public static async Task WriteAsync(string path, string secret, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        await using var file = new StreamWriter(path, options);
        await file.WriteAsync(secret.AsMemory(), cancellationToken);
    }
}
