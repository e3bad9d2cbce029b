#!/bin/bash
# Makes one backup and counts how it went, for the metrics.
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"

mkdir --parents "$STATE"
began=$(date +%s)
echo "$began" > "$STATE/last-attempt"
trap 'kill "${backup:-}" 2> /dev/null; wait; exit 143' TERM INT
bash "$scripts/backup.sh" &
backup=$!
code=0
wait "$backup" || code=$?
if [ "$code" -eq 0 ]; then
  echo $(($(date +%s) - began)) > "$STATE/last-duration"
else
  echo $(($(cat "$STATE/failures" 2> /dev/null || echo 0) + 1)) > "$STATE/failures"
fi
echo "$code" > "$STATE/last-code"
exit "$code"
