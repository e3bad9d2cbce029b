#!/bin/bash
# Answers one HTTP request: metrics for Prometheus, from what is on the disk now.
# shellcheck source=settings.sh
source "$(dirname "$0")/settings.sh"

read -r method path _
while read -r header && [ -n "${header%$'\r'}" ]; do :; done

metric() {
  printf '# HELP freshtrack_backup_%s %s\n# TYPE freshtrack_backup_%s %s\nfreshtrack_backup_%s %s\n' \
    "$1" "$3" "$1" "$2" "$1" "$4"
}

state() {
  cat "$STATE/$1" 2> /dev/null || echo "$2"
}

metrics() {
  local name folder time=0 size=0 rows=0
  name=$(newest)
  if [ -n "$name" ]; then
    folder="$BACKUPS/$name"
    time=$(time_of "$name")
    size=$(stat --format=%s "$folder/database.sql.gz" 2> /dev/null || echo 0)
    rows=$(rows_of "$folder")
  fi
  metric last_success_timestamp_seconds gauge 'When the newest backup that was restored began; 0 without any.' "$time"
  metric last_attempt_timestamp_seconds gauge 'When the last backup began, whatever became of it.' \
    "$(state last-attempt 0)"
  metric last_attempt_failed gauge '1 if the last backup failed, or an earlier one is damaged.' \
    "$([ "$(state last-code 0)" = 0 ] && echo 0 || echo 1)"
  metric last_duration_seconds gauge 'How long the last successful backup took, restore included.' \
    "$(state last-duration 0)"
  metric last_size_bytes gauge 'Size of the newest dump.' "$size"
  metric verified_rows gauge 'Rows that the newest backup had after its restore.' "$rows"
  metric failures_total counter 'Failed backups since the service started.' "$(state failures 0)"
  metric kept gauge 'Backups on the disk.' "$(finished | wc --lines)"
  metric free_bytes gauge 'What the disk of the backups has left.' \
    "$(($(stat --file-system --format='%a * %S' "$BACKUPS")))"
}

case "$method $path" in
  'GET /metrics') status='200 OK' body=$(metrics) ;;
  'GET /health') status='200 OK' body=ok ;;
  *) status='404 Not Found' body='Ask for /metrics or /health.' ;;
esac
printf '%s\r\n' "HTTP/1.1 $status" 'Content-Type: text/plain; version=0.0.4; charset=utf-8' 'Connection: close' ''
printf '%s\n' "$body"
