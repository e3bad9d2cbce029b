namespace FreshTrack.IntegrationTests.Migration;

/// <summary>The object store of these tests; every run writes below a folder of its own.</summary>
internal static class Stores
{
    public static string Address { get; } =
        Environment.GetEnvironmentVariable("FRESHTRACK_TEST_OBJECT_STORE") ?? "http://freshtrack:freshtrack-secret@127.0.0.1:54190/migration-tests";
}
