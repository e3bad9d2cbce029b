#!/bin/sh
# docker compose with the stack's files and variables, from wherever it is called: deploy/compose.sh logs --tail 50 api-a
cd "$(dirname "$0")/.." || exit 1
exec docker compose --project-name freshtrack --env-file .env.production -f compose.yaml -f compose.production.yaml "$@"
