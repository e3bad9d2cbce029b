#!/bin/bash
# Restores a backup into an empty server that only this script reaches, and counts its rows: verify.sh FOLDER
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"

backup=${1:?Name the folder of the backup}
is_intact "$backup" || fail "$backup is damaged: its files are not what was written."

work=$(mktemp --directory "$BACKUPS/.verify-XXXXXX")
clean() {
  pg_ctl --pgdata="$work/data" --mode=immediate --silent stop > /dev/null 2>&1 || true
  rm --recursive --force "$work"
}
trap clean EXIT
trap 'exit 143' TERM INT

# From here on PostgreSQL's programs talk to the empty server.
unset PGPORT PGPASSWORD
export PGHOST="$work" PGUSER=backup_verifier PGDATABASE=postgres
initdb --pgdata="$work/data" --username="$PGUSER" --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync > /dev/null
# What is lost with this server is lost anyway: nothing waits for the disk.
pg_ctl --pgdata="$work/data" --silent --wait --log="$work/log" start --options="-c listen_addresses='' \
  -c unix_socket_directories='$work' -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
  -c wal_level=minimal -c max_wal_senders=0 -c maintenance_work_mem=128MB -c max_connections=10" > /dev/null \
  || { cat "$work/log" >&2; fail 'The empty server did not start; its reason stands above.'; }

while IFS= read -r role; do
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=role="$role" <<< 'create role :"role"'
done < "$backup/roles"
createdb restored
gzip --decompress --stdout "$backup/database.sql.gz" \
  | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --single-transaction --dbname=restored > /dev/null \
  || fail "$backup cannot be restored; the reason stands above."
count_rows --dbname=restored > "$work/rows"
diff "$backup/rows" "$work/rows" > "$work/difference" \
  || fail "$backup does not hold what the database held (< held, > restored): $(head --lines=20 "$work/difference")"
