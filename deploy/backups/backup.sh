#!/bin/bash
# Makes one backup: dumps the database, restores the dump into an empty server, counts its rows against those of the
# dump's snapshot, and only then lets it count and the outdated ones go. Then copies what is new in the bucket.
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"

exec 9> "$BACKUPS/.lock" || fail "$BACKUPS cannot be written."
flock --nonblock 9 || fail 'Another backup is under way.'

name=$(date --utc +%Y%m%dT%H%M%SZ)
unfinished="$BACKUPS/.unfinished-$name"
holder_pid=
clean() {
  [ -z "$holder_pid" ] || kill "$holder_pid" 2> /dev/null || true
  rm --recursive --force "$unfinished"
}
trap clean EXIT
trap 'exit 143' TERM INT
mkdir "$unfinished"
PGPASSWORD=$(secret "$PASSWORD_FILE")
export PGPASSWORD

psql --no-psqlrc --quiet --command=select > /dev/null || fail 'The database cannot be asked; its reason stands above.'

# A session that holds the snapshot that the rows are counted in and that the dump is made of.
coproc holder { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 9>&-; }
holder_pid=$holder_PID
printf '%s\n' 'begin isolation level repeatable read read only;' 'select pg_export_snapshot();' >&"${holder[1]}"
read -r snapshot <&"${holder[0]}" || fail 'The database gave no snapshot; its reason stands above.'

count_rows --command='begin isolation level repeatable read read only' \
  --command="set transaction snapshot '$snapshot'" > "$unfinished/rows"
# Whom the dump names: owners, and whoever has rights. The owner of everything built in is not noted among them.
psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 > "$unfinished/roles" << 'SQL'
select rolname from pg_roles
where oid = 10 or oid in (
  select refobjid from pg_shdepend
  where refclassid = 'pg_authid'::regclass
    and dbid = (select oid from pg_database where datname = current_database())
)
order by 1
SQL
pg_dump --snapshot="$snapshot" --format=plain --no-password | gzip > "$unfinished/database.sql.gz"
kill "$holder_pid" && wait "$holder_pid" 2> /dev/null || true
holder_pid=
(cd "$unfinished" && sha256sum database.sql.gz rows roles > SHA256SUMS)
sync --file-system "$unfinished"

bash "$scripts/verify.sh" "$unfinished" 9>&- \
  || fail "The new backup is damaged and was thrown away; the earlier ones stay."
mv --no-target-directory "$unfinished" "$BACKUPS/$name"
sync --file-system "$BACKUPS"

say "Backup $name is complete: $(rows_of "$BACKUPS/$name") rows were restored."

# Those of the last days are kept, and always the one that was just made. One that is damaged, or named in the future,
# stays until somebody has looked at it.
problems=0
largest=0
outdated=()
for each in $(finished); do
  if ! is_intact "$BACKUPS/$each"; then
    say "Backup $each is damaged. Look at the disk, and remove it." >&2
    problems=$((problems + 1))
    continue
  fi
  rows=$(rows_of "$BACKUPS/$each")
  [ "$rows" -le "$largest" ] || largest=$rows
  if [[ $each > $name ]]; then
    say "Backup $each is named in the future: the clock was wrong then, or it is now. Set it, remove the backup." >&2
    problems=$((problems + 1))
  elif [ "$each" != "$name" ] && is_outdated "$each"; then
    outdated+=("$each")
  fi
done

# A database that lost its rows is backed up as faithfully as any other, and would push the good ones out.
if [ $(($(rows_of "$BACKUPS/$name") * 2)) -lt "$largest" ]; then
  say "Backup $name holds less than half of the rows of an earlier one, $largest. Nothing is removed now." >&2
  problems=$((problems + 1))
else
  for each in "${outdated[@]}"; do
    rm --recursive --force "${BACKUPS:?}/$each"
    say "Backup $each was removed: it is older than $BACKUP_KEEP days, and $name is intact."
  done
fi

if [ -n "$OBJECT_STORE" ] && ! bash "$scripts/copy-objects.sh" "$name" 9>&-; then
  say 'The bucket was not copied; the reason stands above.' >&2
  problems=$((problems + 1))
fi
[ "$problems" -eq 0 ]
