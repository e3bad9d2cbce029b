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
# When, in the time zone of TZ, and how many.
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

# Finished backups, oldest first, by their names: 20260115T020000Z.
finished() {
  find "$BACKUPS" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*T[0-9]*Z' -printf '%f\n' | sort
}

# Seconds since 1970 of a backup by its name.
time_of() {
  date --date="${1:0:4}-${1:4:2}-${1:6:2} ${1:9:2}:${1:11:2}:${1:13:2} UTC" +%s
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
