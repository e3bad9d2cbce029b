using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using Npgsql;

namespace FreshTrack.IntegrationTests.Fixtures;

/// <summary>A source database of smoke scale, filled once for all tests of a class; they only read it.</summary>
public sealed class FilledSource(Servers servers) : IAsyncLifetime
{
    public NpgsqlDataSource Database { get; private set; } = null!;

    public FixtureSummary Summary { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Database = await Databases.NewSourceAsync(servers, cancellationToken);
        await SourceDatabase.CreateAsync(Database, cancellationToken);
        Summary = await SourceFiller.FillAsync(Database, FixtureScale.Smoke, 1, progress: null, cancellationToken);
    }

    public async ValueTask DisposeAsync() => await Database.DisposeAsync();
}
