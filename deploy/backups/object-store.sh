# Sourced: says to rclone where the bucket is. Keys come from files, and stand in no file of this container.
[ -n "$OBJECT_STORE" ] || fail 'Set OBJECT_STORE to the address of the object store, as in http://minio:9000.'
RCLONE_CONFIG_STORE_ACCESS_KEY_ID=$(secret "$OBJECT_STORE_USER_FILE")
RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY=$(secret "$OBJECT_STORE_PASSWORD_FILE")
export RCLONE_CONFIG_STORE_ACCESS_KEY_ID RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY
export RCLONE_CONFIG_STORE_TYPE=s3 RCLONE_CONFIG_STORE_PROVIDER=Minio RCLONE_CONFIG_STORE_ENDPOINT="$OBJECT_STORE"
export RCLONE_CONFIG=/dev/null RCLONE_CACHE_DIR=/tmp/rclone RCLONE_LOG_LEVEL=ERROR
