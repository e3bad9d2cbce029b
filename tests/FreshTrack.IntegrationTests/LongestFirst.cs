using FreshTrack.IntegrationTests.Nights;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(FreshTrack.IntegrationTests.LongestFirst))]

namespace FreshTrack.IntegrationTests;

/// <summary>The nights, one after the other on one stage, take as long as all other tests beside them: they begin
/// first.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionDisplayName == NightGroup.Name)];
}
