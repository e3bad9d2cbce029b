#!/bin/bash
# Restores a backup into an empty database, all of it or nothing, and counts its rows:
#   restore.sh NAME|latest DATABASE
# As RESTORE_USER, whose password RESTORE_PASSWORD_FILE holds; it makes the database where there is none.
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"

if [ $# -ne 2 ]; then
  echo "restore.sh NAME|latest DATABASE. Backups: $(finished | paste --serial --delimiters=' ')" >&2
  exit 2
fi

name=$1
[ "$name" != latest ] || name=$(newest)
backup="$BACKUPS/$name"
[ -n "$name" ] && [ -d "$backup" ] \
  || fail "There is no backup '$name'. Backups: $(finished | paste --serial --delimiters=' ')"
is_intact "$backup" || fail "Backup $name is damaged. Take another one: $(finished | paste --serial --delimiters=' ')"

export PGUSER="${RESTORE_USER:-freshtrack_owner}"
PGPASSWORD=$(secret "${RESTORE_PASSWORD_FILE:-/run/secrets/postgres_owner_password}")
export PGPASSWORD PGDATABASE=postgres
ask() {
  psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"
}

while IFS= read -r role; do
  [ "$(ask --set=role="$role" <<< "select count(*) from pg_roles where rolname = :'role'")" = 1 ] \
    || fail "The server has no role '$role', to which the backup gives rights. Make the roles first."
done < "$backup/roles"
if [ "$(ask --set=name="$2" <<< "select count(*) from pg_database where datname = :'name'")" = 0 ]; then
  createdb "$2"
fi
[ -z "$(count_rows --dbname="$2")" ] \
  || fail "Database '$2' is not empty. Restore into another one, and rename the two when it is good."

say "Restoring $name into $2 …"
gzip --decompress --stdout "$backup/database.sql.gz" \
  | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --single-transaction --dbname="$2" > /dev/null \
  || fail "Nothing was restored; the reason stands above."
diff "$backup/rows" <(count_rows --dbname="$2") \
  || fail "Database '$2' does not hold what the backup held (< held, > restored)."
ask --dbname="$2" --command=analyze
say "Restored $(rows_of "$backup") rows in $(wc --lines < "$backup/rows") tables."
