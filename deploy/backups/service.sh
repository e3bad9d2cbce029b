#!/bin/bash
# Backs up once a day, at once where the last backup is older than a day, and answers with metrics on port 9188.
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"

mkdir --parents "$STATE"
# What a service that was killed left behind; the backups before it are whole.
find "$BACKUPS" -mindepth 1 -maxdepth 1 \( -name '.unfinished-*' -o -name '.verify-*' \) \
  -exec rm --recursive --force {} +

trap 'kill $(jobs -p) 2> /dev/null; wait; exit 0' TERM INT
socat -T 10 "TCP-LISTEN:$METRICS_PORT,bind=$METRICS_ADDRESS,reuseaddr,fork,max-children=10" \
  "EXEC:bash $scripts/answer.sh" &

seconds_to_next() {
  local now next
  now=$(date +%s)
  next=$(date --date="today $BACKUP_AT" +%s)
  [ "$next" -gt "$now" ] || next=$(date --date="tomorrow $BACKUP_AT" +%s)
  echo $((next - now))
}

is_due() {
  local newest
  newest=$(finished | tail --lines=1)
  [ -z "$newest" ] || [ $(($(date +%s) - $(time_of "$newest"))) -gt 86400 ]
}

back_up() {
  bash "$scripts/run.sh" &
  wait $! || true
}

if is_due; then
  back_up
fi

while true; do
  sleep "$(seconds_to_next)" &
  wait $!
  back_up
done
