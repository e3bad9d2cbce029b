using System.Collections.ObjectModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace FreshTrack.Migration.Parts;

/// <summary>One bucket of an S3 server. Objects are put in a single request each: multipart uploads come back corrupted
/// from some servers.</summary>
public sealed class ObjectStore : IDisposable
{
    private readonly ObjectStoreAddress address;
    private readonly AmazonS3Client client;

    public ObjectStore(ObjectStoreAddress address)
    {
        this.address = address;
        client = Connect(retries: 5);
    }

    public override string ToString() => address.ToString();

    /// <exception cref="MigrationException">The server does not answer or refuses.</exception>
    public Task EnsureBucketAsync(CancellationToken cancellationToken) =>
        TryAsync(
            "create the bucket",
            async () =>
            {
                try
                {
                    await client.PutBucketAsync(
                        new PutBucketRequest { BucketName = address.Bucket, UseClientRegion = false },
                        cancellationToken
                    );
                }
                catch (AmazonS3Exception error)
                    when (error.ErrorCode is "BucketAlreadyOwnedByYou" or "BucketAlreadyExists")
                {
                    // It is there: that is all that was asked.
                }

                return true;
            }
        );

    /// <summary>Asks whether the server answers to the keys; the bucket need not be there.</summary>
    /// <exception cref="MigrationException">The server does not answer or refuses.</exception>
    public Task PingAsync(CancellationToken cancellationToken) =>
        TryAsync(
            "answer",
            async () =>
            {
                // Whoever asks does not want to wait for a minute of retries.
                using var once = Connect(retries: 0);
                try
                {
                    var request = new ListObjectsV2Request { BucketName = address.Bucket, MaxKeys = 1 };
                    await once.ListObjectsV2Async(request, cancellationToken);
                }
                catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
                {
                    // There is no bucket yet, as the server says.
                }

                return true;
            }
        );

    /// <param name="content">Read from its start to its end; stays open.</param>
    /// <param name="metadata">Kept with the object and written in the same request; ASCII alone.</param>
    public Task PutAsync(
        string key,
        MemoryStream content,
        IReadOnlyDictionary<string, string> metadata,
        CancellationToken cancellationToken
    ) =>
        TryAsync(
            $"put '{key}'",
            async () =>
            {
                content.Position = 0;
                var request = new PutObjectRequest
                {
                    BucketName = address.Bucket,
                    Key = key,
                    InputStream = content,
                    AutoCloseStream = false,
                    AutoResetStreamPosition = false,
                    UseChunkEncoding = false,
                };
                foreach (var (name, value) in metadata)
                {
                    request.Metadata[name] = value;
                }

                await client.PutObjectAsync(request, cancellationToken);
                return true;
            }
        );

    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await PutAsync(key, stream, ReadOnlyDictionary<string, string>.Empty, cancellationToken);
    }

    /// <returns>The object's content, to be disposed; null when there is no such object.</returns>
    public Task<Stream?> GetAsync(string key, CancellationToken cancellationToken) =>
        TryAsync(
            $"get '{key}'",
            async () =>
            {
                try
                {
                    var response = await client.GetObjectAsync(address.Bucket, key, cancellationToken);
                    return (Stream?)response.ResponseStream;
                }
                catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }
            }
        );

    /// <returns>The whole object; null when there is no such object.</returns>
    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await using var stream = await GetAsync(key, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    /// <returns>Size and metadata; null when there is no such object.</returns>
    public Task<StoredObject?> DescribeAsync(string key, CancellationToken cancellationToken) =>
        TryAsync(
            $"describe '{key}'",
            async () =>
            {
                try
                {
                    var head = await client.GetObjectMetadataAsync(address.Bucket, key, cancellationToken);
                    return new StoredObject(
                        head.ContentLength,
                        head.Metadata.Keys.ToDictionary(
                            name => name.Replace("x-amz-meta-", ""),
                            name => head.Metadata[name]
                        )
                    );
                }
                catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }
            }
        );

    /// <summary>All keys that start with the prefix, in order.</summary>
    public async IAsyncEnumerable<string> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request
            {
                BucketName = address.Bucket,
                Prefix = prefix,
                ContinuationToken = next,
            };
            var page = await TryAsync($"list '{prefix}'", () => client.ListObjectsV2Async(request, cancellationToken));
            foreach (var item in page.S3Objects ?? [])
            {
                yield return item.Key;
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        } while (next is not null);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        TryAsync($"delete '{key}'", () => client.DeleteObjectAsync(address.Bucket, key, cancellationToken));

    public void Dispose() => client.Dispose();

    private AmazonS3Client Connect(int retries) =>
        new(
            new BasicAWSCredentials(address.AccessKey, address.SecretKey),
            new AmazonS3Config
            {
                ServiceURL = address.Server.ToString(),
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                MaxErrorRetry = retries,
            }
        );

    private async Task<T> TryAsync<T>(string what, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        // A connection that breaks amid a request comes as it is, where the client does not try again.
        catch (Exception error)
            when (error
                    is AmazonServiceException
                        or AmazonClientException
                        or HttpRequestException
                        or IOException
                        or SocketException
            )
        {
            throw new MigrationException(
                $"The object store {address} could not {what}: {error.Message} See that it runs, "
                    + "that the keys are right and its disk is not full; then run again.",
                error
            );
        }
    }
}

/// <summary>What a store knows of an object without reading it.</summary>
public sealed record StoredObject(long Bytes, IReadOnlyDictionary<string, string> Metadata);
