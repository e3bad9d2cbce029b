using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Two schemas and a plan that come to one finding, and the least change after which they do not.</summary>
/// <remarks><c>{unique}</c> in any text stands for a name that no other case has; a role of that name, which may log
/// in, is made first.</remarks>
internal sealed record PreflightCase(string Code, Verdict Verdict, string Subject, long? Rows, params string[] Examples)
{
    /// <summary>Tells cases of one code apart.</summary>
    public string What { get; init; } = "";

    public string Name => What.Length == 0 ? Code : $"{Code}: {What}";

    public required string Source { get; init; }

    /// <summary>What only an administrator may do in the source, after <see cref="Source"/>.</summary>
    public string SourceAsAdministrator { get; init; } = "";

    public required string Target { get; init; }

    /// <summary>The items below <c>tables:</c>, and what follows them.</summary>
    public string Tables { get; init; } = "  - source: a";

    /// <summary>Options of CREATE DATABASE.</summary>
    public string SourceDatabase { get; init; } = "";

    public string TargetDatabase { get; init; } = "";

    /// <summary>The source is as new as the target: before PostgreSQL 16 it cannot count values that do not
    /// cast.</summary>
    public bool SourceIsNew { get; init; }

    /// <summary>Preflight logs in as the role <c>{unique}</c> there.</summary>
    public bool SourceAsRole { get; init; }

    public bool TargetAsRole { get; init; }

    /// <summary>The source answers at Supabase's pooler port.</summary>
    public bool SourceBehindPooler { get; init; }

    public required Func<PreflightCase, PreflightCase> Mended { get; init; }
}
