using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Stack.Night;

/// <summary>The object store's stand-in in a form that the service <c>minio</c> of the Compose files starts as it
/// starts MinIO: root without rights on a read-only root, few threads, keys in files, data in <c>/data</c>, health by
/// <c>mc</c>.</summary>
internal static class ObjectStoreAsMinio
{
    private const string Name = "freshtrack-test/minio:stand-in";

    private const string Instructions = """
        RUN sed -i 's#/var/lib/ceph/radosgw#/data#' /etc/ceph/ceph.conf /usr/local/bin/docker-entrypoint.sh \
         && sed -i 's/= 0 \]; then/= nobody ]; then/' /usr/local/bin/docker-entrypoint.sh \
         && printf '%s\n' '#!/bin/sh' 'MINIO_ROOT_USER=$(cat "$MINIO_ROOT_USER_FILE")' \
              'MINIO_ROOT_PASSWORD=$(cat "$MINIO_ROOT_PASSWORD_FILE")' 'export MINIO_ROOT_USER MINIO_ROOT_PASSWORD' \
              'exec /bin/sh /usr/local/bin/docker-entrypoint.sh' > /usr/local/bin/as-minio \
         && printf '%s\n' 'rgw thread pool size = 64' 'run dir = /tmp' >> /etc/ceph/ceph.conf \
         && printf '%s\n' '#!/bin/bash' 'exec 3<>/dev/tcp/127.0.0.1/9000' > /usr/local/bin/mc \
         && chmod 755 /usr/local/bin/as-minio /usr/local/bin/mc && mkdir -p /data
        ENTRYPOINT ["/usr/local/bin/as-minio"]
        """;

    public static Task<string> BuildAsync(DeployedServer server) =>
        server.DerivedAsync(ImageCatalog.ObjectStore, Name, Instructions);
}
