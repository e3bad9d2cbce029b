using Amazon.Runtime;
using Amazon.S3;
using DotNet.Testcontainers.Containers;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests;
using Npgsql;

[assembly: AssemblyFixture(typeof(Servers))]

namespace FreshTrack.IntegrationTests;

/// <summary>The servers that all integration tests share; every test takes a database of its own.</summary>
/// <remarks>Without a container engine the tests that need one skip on a laptop and fail where CI=true.</remarks>
public sealed class Servers : IAsyncLifetime
{
    private readonly Lazy<Task<SharedServers>> servers = new(StartAsync);

    /// <summary><c>host:port</c>.</summary>
    public string Redis => Started.Redis;

    /// <summary><c>http://KEY:SECRET@host:port/bucket</c>, with a bucket of its own at every reading.</summary>
    public string ObjectStore => Started.NewBucketAsync().GetAwaiter().GetResult();
}
