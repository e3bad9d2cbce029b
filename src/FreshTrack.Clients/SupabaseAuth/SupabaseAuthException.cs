namespace FreshTrack.Clients.SupabaseAuth;

/// <summary>Supabase Auth was not reached, or answered what a call does not expect; no key is in the message.</summary>
public sealed class SupabaseAuthException(string message, Exception? inner = null) : Exception(message, inner);
