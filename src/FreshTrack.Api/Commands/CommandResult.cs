namespace FreshTrack.Api.Commands;

/// <summary>How a command ended.</summary>
/// <param name="Code">The exit code: 0 passed, 1 failed after work had begun, 4 refused before.</param>
/// <param name="Line">What is printed: to the output when it passed, else to the errors.</param>
internal sealed record CommandResult(int Code, string Line)
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Refusal = 4;

    public static CommandResult Passed(string line) => new(Success, line);

    public static CommandResult Failed(string line) => new(Failure, line);

    public static CommandResult Refused(string line) => new(Refusal, line);
}
