using FreshTrack.Clients.StackAuth;

namespace FreshTrack.Migration.Users;

/// <param name="IsPaired">The user map of the target says so; otherwise their address does, confirmed on both
/// sides.</param>
internal sealed record Adoption(SourceUser User, StackUser Account, bool IsPaired);

/// <param name="Accounts">Those that may be the user's, or somebody else's.</param>
internal sealed record DoubtfulUser(SourceUser User, IReadOnlyList<StackUser> Accounts, string Why);

/// <summary>Who of the users that move is whom in Stack Auth. Preflight judges by it before the night, and the move
/// acts on it: nobody is doubled, and no two people become one.</summary>
/// <param name="Known">By the server metadata: an earlier run created or adopted them.</param>
/// <param name="Adoptions">Accounts of people who signed up on the new side and were brought back to the
/// source.</param>
/// <param name="Missing">Users to create.</param>
/// <param name="Twice">Users with more than one account by the server metadata.</param>
/// <param name="Left">Accounts of users who do not move, or whom the source no longer has.</param>
internal sealed record AccountMatch(
    IReadOnlyList<(SourceUser User, StackUser Account)> Known,
    IReadOnlyList<Adoption> Adoptions,
    IReadOnlyList<DoubtfulUser> Doubtful,
    IReadOnlyList<SourceUser> Missing,
    IReadOnlyList<(SourceUser User, IReadOnlyList<StackUser> Accounts)> Twice,
    IReadOnlyList<StackUser> Left
)
{
    /// <param name="pairs">The user map of the target: who became whom, and whom a return made of whom.</param>
    public static AccountMatch Of(
        IReadOnlyList<SourceUser> users,
        IReadOnlyCollection<StackUser> accounts,
        IReadOnlyDictionary<Guid, Guid> pairs
    )
    {
        var moving = users.Select(user => user.Id).ToHashSet();
        var marked = accounts.ToLookup(account => account.SupabaseId);
        var byId = accounts.ToDictionary(account => account.Id);
        var byEmail = accounts.Where(account => account.Email is not null).ToLookup(account => account.Email!);
        var sharing = users.CountBy(user => user.Email).ToDictionary();
        var paired = pairs
            .Where(pair => moving.Contains(pair.Key) && byId.ContainsKey(pair.Value))
            .ToDictionary(pair => pair.Value, pair => pair.Key);
        var (known, adoptions) = (new List<(SourceUser, StackUser)>(), new List<Adoption>());
        var (doubtful, missing) = (new List<DoubtfulUser>(), new List<SourceUser>());
        var twice = new List<(SourceUser, IReadOnlyList<StackUser>)>();
        foreach (var user in users)
        {
            if (marked[user.Id].ToList() is { Count: > 0 } own)
            {
                if (own.Count == 1)
                {
                    known.Add((user, own[0]));
                }
                else
                {
                    twice.Add((user, own));
                }
            }
            else if (pairs.TryGetValue(user.Id, out var id) && byId.TryGetValue(id, out var account))
            {
                if (account.SupabaseId is { } other)
                {
                    doubtful.Add(new DoubtfulUser(user, [account], OfAnother(account, other)));
                }
                else
                {
                    adoptions.Add(new Adoption(user, account, IsPaired: true));
                }
            }
            else if (byEmail[user.Email].ToList() is { Count: > 0 } met)
            {
                if (Doubt(user, met) is { } why)
                {
                    doubtful.Add(new DoubtfulUser(user, met, why));
                }
                else
                {
                    adoptions.Add(new Adoption(user, met[0], IsPaired: false));
                }
            }
            else
            {
                missing.Add(user);
            }
        }

        var left = accounts.Where(account => account.SupabaseId is { } id && !moving.Contains(id));
        return new AccountMatch(known, adoptions, doubtful, missing, twice, [.. left]);

        string? Doubt(SourceUser user, List<StackUser> met) =>
            met.Count > 1 ? $"{met.Count} users of Stack Auth have its address"
            : sharing[user.Email] > 1 ? "another user of the source has its address"
            : met[0].SupabaseId is { } other ? OfAnother(met[0], other)
            : paired.TryGetValue(met[0].Id, out var holder)
                ? $"user {met[0].Id} of Stack Auth, who has its address, is user {holder} of the source by the user map"
            : !met[0].EmailVerified ? $"user {met[0].Id} of Stack Auth has its address and never confirmed it"
            : !user.EmailVerified ? $"user {met[0].Id} of Stack Auth has its address, which the source never confirmed"
            : null;
    }

    private static string OfAnother(StackUser account, Guid other) =>
        $"user {account.Id} of Stack Auth belongs to user {other} of the source";
}
