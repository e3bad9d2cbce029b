#!/usr/bin/env bash
# Prepares a new server (Debian 12 or newer, Ubuntu 22.04 or newer) as root: packages, the user who deploys, firewall, SSH, updates, Docker's
# settings, the stack's directory. It may be run again.
#   scp -r deploy/server root@SERVER: && ssh root@SERVER server/setup.sh < ~/.ssh/id_ed25519.pub
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# As input: ssh would split an argument at its spaces, and a wrong key shuts everybody out.
IFS= read -r key
ssh-keygen -l -f /dev/stdin <<< "$key" || { echo "Expected the public key of whoever deploys as input. Nothing was changed." >&2; exit 4; }
user=freshtrack
directory=/opt/freshtrack-pro

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get upgrade --yes
apt-get install --yes --no-install-recommends ca-certificates chrony curl fail2ban nftables python3-systemd sudo ufw unattended-upgrades
if ! docker compose version > /dev/null 2>&1; then
  curl -fsSL https://get.docker.com | sh
fi

id "$user" > /dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
usermod --append --groups docker "$user"
# Whoever may use Docker's socket may do everything anyway: this says it, and is the way back in once root is refused over SSH.
printf '%s ALL=(ALL) NOPASSWD: ALL\n' "$user" > "/etc/sudoers.d/$user"
chmod 440 "/etc/sudoers.d/$user"
install -d -m 700 -o "$user" -g "$user" "/home/$user/.ssh"
grep -qsxF "$key" "/home/$user/.ssh/authorized_keys" || printf '%s\n' "$key" >> "/home/$user/.ssh/authorized_keys"
chown "$user:$user" "/home/$user/.ssh/authorized_keys"
chmod 600 "/home/$user/.ssh/authorized_keys"
install -d -m 755 -o "$user" -g "$user" "$directory"

# What Docker publishes passes the firewall by: the Compose files publish the proxy's ports, and nothing else but to the loopback.
ufw default deny incoming
ufw allow OpenSSH
ufw allow 80/tcp
ufw allow 443
ufw --force enable

install -m 644 "$here/fail2ban.conf" /etc/fail2ban/jail.d/freshtrack.conf
install -m 644 "$here/apt.conf" /etc/apt/apt.conf.d/20auto-upgrades
install -d -m 755 /etc/docker
install -m 644 "$here/daemon.json" /etc/docker/daemon.json
systemctl enable --now fail2ban unattended-upgrades docker
systemctl restart fail2ban docker

# Last: a wrong setting here would shut this door.
install -m 644 "$here/sshd.conf" /etc/ssh/sshd_config.d/10-freshtrack.conf
sshd -t
systemctl reload ssh
echo "The server is prepared. Sign in as $user from now on; root is refused."
