#!/bin/bash
# Puts back what the bucket lacks, and deletes nothing there.
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=object-store.sh
source "$scripts/object-store.sh"

rclone copy "$BACKUPS/objects/current" "store:$OBJECT_STORE_BUCKET" --checksum --retries=2
rclone check --one-way "$BACKUPS/objects/current" "store:$OBJECT_STORE_BUCKET" \
  || fail 'The bucket does not hold what its copy holds.'
say "$(find "$BACKUPS/objects/current" -type f | wc --lines) objects are in the bucket."
