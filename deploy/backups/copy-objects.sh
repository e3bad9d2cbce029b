#!/bin/bash
# Copies what is new in the bucket, compares, and keeps what was removed or replaced there for as many days:
# copy-objects.sh NAME
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=object-store.sh
source "$scripts/object-store.sh"

name=${1:?Name the backup}
mkdir --parents "$BACKUPS/objects"
rclone sync "store:$OBJECT_STORE_BUCKET" "$BACKUPS/objects/current" \
  --backup-dir="$BACKUPS/objects/removed-$name" --checksum --retries=2
rclone check "store:$OBJECT_STORE_BUCKET" "$BACKUPS/objects/current" \
  || fail 'The copy of the bucket is not what the bucket holds.'
find "$BACKUPS/objects" -mindepth 1 -maxdepth 1 -type d -name 'removed-[0-9]*T[0-9]*Z' | while IFS= read -r old; do
  if is_outdated "${old##*/removed-}"; then
    rm --recursive --force "$old"
  fi
done
