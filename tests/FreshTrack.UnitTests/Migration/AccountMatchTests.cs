using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration.Users;

namespace FreshTrack.UnitTests.Migration;

public sealed class AccountMatchTests
{
    private static readonly Guid Ann = Id(1);
    private static readonly Guid Ben = Id(2);
    private static readonly Guid Account = Id(11);
    private static readonly Guid Other = Id(12);

    public static TheoryData<string, SourceUser[], StackUser[], (Guid Source, Guid Target)[], string> Cases =>
        new()
        {
            { "nobody is there", [Source()], [], [], "missing" },
            { "a stranger", [Source()], [Stack(email: "cat@example.org")], [], "missing" },
            { "moved before", [Source()], [Stack(of: Ann)], [], "known" },
            { "moved before, address changed", [Source()], [Stack(of: Ann, email: "x@example.org")], [], "known" },
            { "moved twice", [Source()], [Stack(of: Ann), Stack(Other, of: Ann)], [], "twice" },
            { "confirmed on both sides", [Source()], [Stack()], [], "adopted by address" },
            { "returned", [Source()], [Stack()], [(Ann, Account)], "adopted by map" },
            {
                "returned, never confirmed",
                [Source(verified: false)],
                [Stack(verified: false)],
                [(Ann, Account)],
                "adopted by map"
            },
            {
                "returned, address changed",
                [Source()],
                [Stack(email: "x@example.org")],
                [(Ann, Account)],
                "adopted by map"
            },
            { "returned, account gone", [Source()], [], [(Ann, Account)], "missing" },
            { "returned, account is Ben's", [Source()], [Stack(of: Ben)], [(Ann, Account)], "doubtful left" },
            { "never confirmed there", [Source()], [Stack(verified: false)], [], "doubtful" },
            { "never confirmed in the source", [Source(verified: false)], [Stack()], [], "doubtful" },
            { "two have the address", [Source()], [Stack(), Stack(Other)], [], "doubtful" },
            { "the account is of somebody who is gone", [Source()], [Stack(of: Id(9))], [], "doubtful left" },
            {
                "the account is Ben's by the map",
                [Source(), Source(Ben, "ben@example.org")],
                [Stack()],
                [(Ben, Account)],
                "doubtful adopted by map"
            },
            { "two of the source have the address", [Source(), Source(Ben)], [Stack()], [], "doubtful doubtful" },
            { "who left the source", [], [Stack(of: Ann)], [(Ann, Account)], "left" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Users_are_found_again_once_and_named_in_doubt(
        string what,
        SourceUser[] users,
        StackUser[] accounts,
        (Guid Source, Guid Target)[] pairs,
        string expected
    )
    {
        var match = AccountMatch.Of(users, accounts, pairs.ToDictionary(pair => pair.Source, pair => pair.Target));

        var found = match
            .Known.Select(_ => "known")
            .Concat(match.Twice.Select(_ => "twice"))
            .Concat(match.Doubtful.Select(_ => "doubtful"))
            .Concat(match.Adoptions.Select(taken => taken.IsPaired ? "adopted by map" : "adopted by address"))
            .Concat(match.Missing.Select(_ => "missing"))
            .Concat(match.Left.Select(_ => "left"));
        Assert.True(expected == string.Join(' ', found), $"{what}: {string.Join(' ', found)}");
    }

    private static SourceUser Source(Guid? id = null, string email = "ann@example.org", bool verified = true) =>
        new(id ?? Ann, email, verified, DisplayName: null);

    private static StackUser Stack(
        Guid? id = null,
        Guid? of = null,
        string email = "ann@example.org",
        bool verified = true
    ) => new(id ?? Account, of, email, verified);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
