using Microsoft.CodeAnalysis;

namespace FreshTrack.Analyzers;

/// <summary>Calls whose arguments people get to read.</summary>
internal static class Shown
{
    private static readonly string[] Screens =
    [
        "Microsoft.Extensions.Logging.ILogger",
        "Microsoft.Extensions.Logging.LoggerExtensions",
        "System.Console",
        "System.IO.TextWriter",
        "System.Diagnostics.Trace",
        "System.Diagnostics.Debug",
        "Cake.Core.Diagnostics.ICakeLog",
        "Cake.Core.Diagnostics.LogExtensions",
        "Cake.Common.Diagnostics.LoggingAliases",
        "Spectre.Console.AnsiConsole",
        "Spectre.Console.AnsiConsoleExtensions",
        "Spectre.Console.IAnsiConsole",
        "Spectre.Console.Markup",
        "Spectre.Console.Text",
    ];

    public static bool By(IMethodSymbol called, IParameterSymbol parameter) =>
        IsLogMessage(called)
        || Screens.Contains(called.ContainingType.OriginalDefinition.ToDisplayString())
        || IsMessage(called, parameter);

    public static bool IsLogMessage(IMethodSymbol method) =>
        method
            .GetAttributes()
            .Any(attribute =>
                attribute.AttributeClass?.ToDisplayString() == "Microsoft.Extensions.Logging.LoggerMessageAttribute"
            );

    // Of an exception its message is shown; what else it carries, its type decides.
    private static bool IsMessage(IMethodSymbol called, IParameterSymbol parameter) =>
        called.MethodKind == MethodKind.Constructor
        && parameter.Name is "message" or "reason"
        && IsException(called.ContainingType);

    private static bool IsException(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.ToDisplayString() == "System.Exception")
            {
                return true;
            }
        }

        return false;
    }
}
