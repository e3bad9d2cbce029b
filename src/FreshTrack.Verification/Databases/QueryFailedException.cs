using System.Data.Common;

namespace FreshTrack.Verification.Databases;

/// <summary>A database did not answer a query as it must;
/// the message names the side and holds no value of a row.</summary>
public sealed class QueryFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static QueryFailedException From(string side, Exception exception) =>
        new($"The {side} failed: {Describe(exception)}", exception);

    /// <summary>Messages of class 22 (data exceptions) quote the value,
    /// which may be a secret: their state must do.</summary>
    private static string Describe(Exception exception) =>
        exception is DbException { SqlState: ['2', '2', ..] state }
            ? $"a value could not be evaluated (SQL state {state}). Check the plan's expressions against the data."
            : exception.Message.Split('\n', 2)[0];
}
