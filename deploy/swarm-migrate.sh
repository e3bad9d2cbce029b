#!/bin/sh
# Brings the schema of the stack on a Swarm up to date, as its owner: deploy/swarm-migrate.sh [C|F]
# The letter is the unit of stored temperatures, and is needed once. Runs on a manager, with the variables of .env.production.
set -eu
cd "$(dirname "$0")/.."
set -a
. ./.env.production
set +a

# A job's name is taken as long as it is there: each has its own, and is removed whatever becomes of it.
job=freshtrack-migrate-$(date +%s)
secret=owner_database_${SECRETS_VERSION:-1}
trap 'docker service rm "$job" > /dev/null' EXIT
# An interrupted shell of Debian runs no trap of its end.
trap 'exit 130' INT TERM
docker service create --detach --quiet --name "$job" --mode replicated-job --restart-condition none \
  --with-registry-auth --no-resolve-image --network freshtrack_data --secret "$secret" \
  --env FRESHTRACK_DATABASE_FILE="/run/secrets/$secret" --user 10001:10001 --read-only --cap-drop ALL --init \
  "$API_IMAGE" migrate "$@" > /dev/null

while :; do
  state=$(docker service ps --no-trunc --format '{{.CurrentState}}|{{.Error}}' "$job" | head -n 1)
  case $state in
    Complete*) code=0; break ;;
    Failed* | Rejected* | Orphaned* | Shutdown*) code=1; break ;;
  esac
  sleep 1
done
docker service logs --raw "$job" 2>&1
if [ "$code" -ne 0 ]; then
  echo "The schema is not up to date: ${state#*|}. The lines above say why; run this again when that is gone." >&2
fi
exit "$code"
