namespace FreshTrack.Clients.SupabaseAuth;

/// <param name="IsConfirmed">The address counts as confirmed, and no mail is sent.</param>
/// <param name="Metadata">A JSON object; null for none.</param>
public sealed record NewSupabaseUser(string Email, bool IsConfirmed, string? Metadata);
