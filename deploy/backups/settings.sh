# Sourced by every script beside it: what the service is told, and what the scripts share.
set -euo pipefail
umask 077

# The database, as PostgreSQL's own programs are told of it: PGHOST, PGPORT, PGDATABASE and PGUSER, a role that reads
# all and writes nothing.
: "${PGHOST:?Set PGHOST to the host of the database}"
: "${PGDATABASE:=freshtrack}"
: "${PGUSER:=freshtrack_backup}"
: "${PGCONNECT_TIMEOUT:=10}"
: "${PASSWORD_FILE:=/run/secrets/postgres_backup_password}"
# The bucket. Without an address only the database is backed up.
: "${OBJECT_STORE:=}"
: "${OBJECT_STORE_BUCKET:=migration-exports}"
: "${OBJECT_STORE_USER_FILE:=/run/secrets/minio_root_user}"
: "${OBJECT_STORE_PASSWORD_FILE:=/run/secrets/minio_root_password}"
# When, in the time zone of TZ, and for how many days.
: "${BACKUP_AT:=02:00}"
: "${BACKUP_KEEP:=7}"
: "${BACKUPS:=/backups}"
# What the metrics count since the service started: not on the disk that may be full.
: "${STATE:=/tmp/backups-state}"
: "${METRICS_ADDRESS:=0.0.0.0}"
: "${METRICS_PORT:=9188}"

export PGHOST PGDATABASE PGUSER PGCONNECT_TIMEOUT
scripts=$(dirname "$(readlink --canonicalize "${BASH_SOURCE[0]}")")

fail() {
  echo "$*" >&2
  exit 1
}

say() {
  echo "$(date --utc +%FT%TZ) $*"
}

# What a file holds that has one secret; told by its name alone.
secret() {
  [ -r "$1" ] || fail "The secret file $1 cannot be read. It must be readable by user $(id --user)."
  cat "$1"
}

[[ $BACKUP_AT =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]] \
  || fail "BACKUP_AT is '$BACKUP_AT'. Expected a time such as 02:00."
[[ $BACKUP_KEEP =~ ^[1-9][0-9]{0,3}$ ]] \
  || fail "BACKUP_KEEP is '$BACKUP_KEEP'. Expected a number of days from 1 to 9999."

# Finished backups, oldest first, by their names: 20260115T020000Z.
finished() {
  find "$BACKUPS" -mindepth 1 -maxdepth 1 -type d -regextype posix-extended -regex '.*/[0-9]{8}T[0-9]{6}Z' \
    -printf '%f\n' | sort
}

# The newest finished backup. One that is named in the future does not count: it was made while the clock was wrong,
# and would stay the newest.
newest() {
  finished | awk -v now="$(date --utc +%Y%m%dT%H%M%SZ)" '$0 <= now' | tail --lines=1
}

# Seconds since 1970 of a backup by its name.
time_of() {
  date --date="${1:0:4}-${1:4:2}-${1:6:2} ${1:9:2}:${1:11:2}:${1:13:2} UTC" +%s
}

# Whether a backup of this name has been kept for as long as it should be.
is_outdated() {
  [ $(($(date +%s) - $(time_of "$1"))) -gt $((BACKUP_KEEP * 86400)) ]
}

# Whether nothing of a backup changed since it was written.
is_intact() {
  (cd "$1" && sha256sum --check --status SHA256SUMS)
}

# How many rows a backup holds.
rows_of() {
  awk -F'|' '{ rows += $NF } END { printf "%.0f\n", rows }' "$1/rows"
}

# The rows of every table of a database: schema.table|rows, sorted. Further arguments go to psql, before the question.
count_rows() {
  psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@" --file="$scripts/count.sql" \
    | LC_ALL=C sort
}
