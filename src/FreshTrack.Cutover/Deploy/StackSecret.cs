namespace FreshTrack.Cutover.Deploy;

/// <summary>A secret of the stack, and the command that makes it.</summary>
/// <param name="Name">Of the Compose files, and of the file.</param>
/// <param name="Command">For a shell in the folder of the Compose files, where the directory <c>secrets</c> is there;
/// words in capital letters are to be replaced. It prints no secret.</param>
/// <param name="Remark">What else there is to know; empty where the command says all.</param>
public sealed record StackSecret(string Name, string Command, string Remark = "");

/// <summary>A secret as the rendered configuration asks for it.</summary>
/// <param name="File">Absolute path on the engine's host.</param>
public sealed record SecretFile(string Name, string File);
