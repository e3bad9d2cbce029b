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

# A new store has no bucket yet. One that is missing later is not made again: its objects are gone, and the copy fails.
has_bucket() {
  [ -z "$OBJECT_STORE" ] || [ -e "$BACKUPS/objects/current" ] || (
    # shellcheck source=object-store.sh
    source "$scripts/object-store.sh"
    rclone mkdir "store:$OBJECT_STORE_BUCKET" --retries=1 --low-level-retries=1 --contimeout=5s --timeout=10s
  )
}

has_come() {
  [[ ! $(date +%H:%M) < $BACKUP_AT ]]
}

is_older() {
  [ $(($(date +%s) - $1)) -gt "$2" ]
}

# The day whose time has come and was used, and when the last attempt began.
day=
attempt=$(date +%s)
back_up() {
  ! has_come || day=$(date +%F)
  attempt=$(date +%s)
  bash "$scripts/run.sh" &
  wait $! || true
}

# Asked for until the store answers; the backups do not wait for it.
bucket=
make_bucket() {
  [ -n "$bucket" ] || ! has_bucket || bucket=made
}

make_bucket
if [ -z "$(newest)" ] || is_older "$(time_of "$(newest)")" 86400; then
  back_up
elif has_come; then
  day=$(date +%F)
fi

# The clock is asked again and again: a day may lack its hour, or have it twice, and a clock may jump.
while true; do
  sleep 20 &
  wait $!
  make_bucket
  if { [ "$day" != "$(date +%F)" ] && has_come; } || is_older "$attempt" 90000; then
    back_up
  fi
done
