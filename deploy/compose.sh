#!/bin/sh
# docker compose with the stack's files and variables, from wherever it is called: deploy/compose.sh logs --tail 50 api-a
# A release lists its Compose files; in a checkout they are these two.
cd -P "$(dirname "$0")/.." || exit 1
files=$(sed 's/^/--file /' compose.list 2> /dev/null) || files='--file compose.yaml --file compose.production.yaml'
# shellcheck disable=SC2086 # One word for each option and file.
exec docker compose --project-name freshtrack --env-file .env.production $files "$@"
