#!/bin/sh
# What a server has of what setup.sh gives it, and of what the stack needs. Changes nothing and needs no rights: a line for each point, with its
# verdict (Pass, Warn, Fail), its name, and what was found, separated by tabs.
#   ssh freshtrack@SERVER sh -s < deploy/server/check.sh          the stack's directory may follow: sh -s /opt/freshtrack-pro
set -u
directory=${1:-/opt/freshtrack-pro}

point() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$3"
}

# VALUE at least LEAST, or WORSE.
at_least() {
  if [ "$2" -ge "$3" ]; then point Pass "$1" "$2 $4"; else point "$5" "$1" "$2 $4; expected $3 at least"; fi
}

# The first of two settings counts, as sshd reads them.
sshd_setting() {
  cat /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2> /dev/null \
    | awk -v name="$1" 'tolower($1) == tolower(name) { print tolower($2); exit }'
}

sshd_is() {
  for file in /etc/ssh/sshd_config.d/*.conf; do
    if [ -e "$file" ] && [ ! -r "$file" ]; then
      point Warn "ssh $1" "not known: $file cannot be read by $(id -un); look at it as root (sshd -T)"
      return
    fi
  done
  found=$(sshd_setting "$1")
  if [ "$found" = "$2" ]; then
    point Pass "ssh $1" "$2"
  else
    point Fail "ssh $1" "${found:-not set}; expected $2 (deploy/server/sshd.conf)"
  fi
}

has_file() {
  if grep -qsE "$3" "$2"; then point Pass "$1" "on"; else point "$4" "$1" "not on; expected as deploy/server/setup.sh does it"; fi
}

at_least processors "$(nproc)" 4 cores Warn
at_least memory "$(awk '/^MemTotal/ { print int(($2 + 524288) / 1048576) }' /proc/meminfo)" 8 GiB Warn
at_least disk "$(df -Pk / | awk 'NR == 2 { print int($2 / 1000000) }')" 95 GB Warn
at_least 'free disk' "$(df -Pk / | awk 'NR == 2 { print 100 - $5 }')" 20 % Fail

engine=$(docker version --format '{{.Server.Version}}' 2> /dev/null)
if [ -n "$engine" ]; then
  at_least engine "${engine%%.*}" 24 "(Docker $engine)" Fail
else
  point Fail engine "docker does not answer to $(id -un); expected an engine, and that user in its group"
fi
compose=$(docker compose version --short 2> /dev/null)
# !override and !reset came with 2.24.
case "$compose" in
  "") point Fail compose "docker compose is missing; expected 2.24 at least" ;;
  [01].* | 2.[0-9].* | 2.1[0-9].* | 2.2[0-3].*) point Fail compose "$compose; expected 2.24 at least" ;;
  *) point Pass compose "$compose" ;;
esac
logs=$(docker info --format '{{.LoggingDriver}} {{.LiveRestoreEnabled}}' 2> /dev/null)
if [ "$logs" = "json-file true" ] && grep -qs '"max-size": *"10m"' /etc/docker/daemon.json; then
  point Pass 'engine settings' 'logs of 10m × 3, containers outlive the engine'
else
  point Warn 'engine settings' "${logs:-unknown}; expected deploy/server/daemon.json"
fi

has_file firewall /etc/ufw/ufw.conf '^ENABLED=yes' Fail
if pgrep -x fail2ban-server > /dev/null 2>&1; then
  point Pass fail2ban on
else
  point Warn fail2ban 'does not run; expected as deploy/server/setup.sh does it'
fi
if apt-config dump 2> /dev/null | grep -q 'Unattended-Upgrade "1"'; then
  point Pass 'security updates' 'every day'
else
  point Warn 'security updates' 'by hand; expected deploy/server/apt.conf'
fi
sshd_is PermitRootLogin no
sshd_is PasswordAuthentication no
sshd_is KbdInteractiveAuthentication no

if [ "$(timedatectl show --property NTPSynchronized --value 2> /dev/null)" = yes ] || pgrep -x chronyd > /dev/null 2>&1; then
  point Pass clock 'follows a time server'
else
  point Warn clock 'nothing seems to set it; expected chrony or systemd-timesyncd'
fi

for port in 80 443; do
  listening=$(awk -v port="$(printf ':%04X' "$port")" '$4 == "0A" && substr($2, length($2) - 4) == port { n++ } END { print n + 0 }' /proc/net/tcp /proc/net/tcp6 2> /dev/null)
  owner=$(docker ps --filter "publish=$port" --filter label=com.docker.compose.service=caddy --format '{{.Names}}' 2> /dev/null | head -n 1)
  if [ "$listening" = 0 ] || [ -n "$owner" ]; then
    point Pass "port $port" "${owner:-free}"
  else
    point Fail "port $port" 'taken by something else than the proxy; expected to be free for it'
  fi
done

if [ -w "$directory" ]; then
  point Pass directory "$directory can be written"
else
  point Fail directory "$directory cannot be written by $(id -un); expected as deploy/server/setup.sh makes it"
fi
