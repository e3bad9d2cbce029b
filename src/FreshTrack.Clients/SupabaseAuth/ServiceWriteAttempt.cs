namespace FreshTrack.Clients.SupabaseAuth;

/// <summary>What became of an attempt to write through Supabase Auth.</summary>
public enum ServiceWriteOutcome
{
    /// <summary>The service reads its database, and the database refused the write.</summary>
    Refused,

    /// <summary>The write went through.</summary>
    Accepted,

    /// <summary>The service was not reached, does not accept the key, or cannot read its database either: nothing is
    /// known about writes.</summary>
    NotTried,
}

/// <param name="Answer">What the service answered, or why nothing could be tried; no key is in it.</param>
/// <param name="LeftUser">The user that the attempt created and could not delete again; null when nothing was
/// left.</param>
public sealed record ServiceWriteAttempt(ServiceWriteOutcome Outcome, string Answer, Guid? LeftUser = null);
