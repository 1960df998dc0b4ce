#!/bin/sh
# 在主库的机器（第一台）上执行：让另一台作第二台：allow.sh 另一台地址 [集群名]（root）。可以重复执行。
# 给两台发机器证书（内部 CA），允许另一台作从库、连到本机，把第二台要用的设置、密钥、证书打成 /root/gongkai-second.tar.gz（内有全部密码），
# 在第二台上执行 second.sh。没有用 setup.sh 配的（没有 /etc/gongkai/gongkai.env）：只允许从库。
set -eu
test $# -ge 1 || { echo "用法：allow.sh 另一台地址 [集群名]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../settings.sh"
peer=$1 cluster=${2:-main} etc=/etc/gongkai settings=/etc/gongkai/gongkai.env owners=/etc/gongkai/owner.env
case $peer in *[!0-9a-fA-F.:]*) echo "错误：请写 IP 地址，现在是 $peer" >&2; exit 2 ;; *:*) range=$peer/128 ;; *) range=$peer/32 ;; esac
set -- $(pg_lsclusters -h | awk -v name="$cluster" '$2 == name { print $1, $3 }')
test $# -ge 2 || fail "本机没有名为 $cluster 的 PostgreSQL 集群（pg_lsclusters 列出全部）"
version=$1 port=$2 hba=/etc/postgresql/$1/$cluster/pg_hba.conf
ask() { (cd / && runuser -u postgres -- psql -p "$port" -d postgres -qXAt -v ON_ERROR_STOP=1 "$@"); }
test "$(ask -c "SELECT pg_is_in_recovery()")" = f || fail "本机的数据库是从库，没有改动：请在主库的机器上执行"
own=$(ip -o route get "$peer" | sed -n 's/.* src \([^ ]*\).*/\1/p')
test "$own" != "$peer" || fail "$peer 是本机的地址，请写另一台的"

if test -e "$settings"; then
  sh "$here/../certificates.sh" "$own" "$peer"
  sh "$here/../machines.sh" "$own" "$peer"
fi
test "$(ask -c "SHOW ssl")" = on || fail "PostgreSQL 没有打开 TLS（ssl = on，证书见 ssl_cert_file），数据会在网上明文传送，没有改动"
# 已有从库时沿用原来的密码；密码文件丢了的，重新设一个。
if test "$(ask -c "SELECT count(*) FROM pg_roles WHERE rolname = 'gongkai_replica'")" = 0; then ask -c "CREATE ROLE gongkai_replica LOGIN REPLICATION"; rm -f /root/gongkai-replica.password; fi
if ! test -s /root/gongkai-replica.password; then
  (umask 077; openssl rand -hex 24 > /root/gongkai-replica.password)
  ask -v word="$(cat /root/gongkai-replica.password)" <<'END'
ALTER ROLE gongkai_replica PASSWORD :'word';
END
fi
# samehost：本机的程序按本机地址连接时也放行（GONGKAI_DIRECT_URL 两台都写）。gongkai_owner 还要连核验备份用的临时的库。
for line in "hostssl replication,postgres gongkai_replica $range scram-sha-256" "hostssl gongkai gongkai $range scram-sha-256" \
  "hostssl all gongkai_owner $range scram-sha-256" "hostssl gongkai gongkai samehost scram-sha-256" "hostssl all gongkai_owner samehost scram-sha-256"; do
  grep -qxF "$line" "$hba" || echo "$line" >> "$hba"
done
case $(ask -c "SHOW listen_addresses") in
  '*' | 0.0.0.0*) pg_ctlcluster "$version" "$cluster" reload ;;
  *) ask -c "ALTER SYSTEM SET listen_addresses = '*'" && pg_ctlcluster "$version" "$cluster" restart && echo "已让 PostgreSQL 监听所有地址（重新启动了一次）：请用防火墙只放行 $peer（deploy/nftables.conf）" ;;
esac
echo "已允许 $peer 作从库。复制用的密码在本机 /root/gongkai-replica.password"
test -e "$settings" || exit 0
systemctl restart gongkai gongkai-worker
nginx -tq && systemctl try-restart nginx
for name in gongkai postgres; do echo "$name $(id -u $name):$(id -g $name)"; done > "$etc/accounts"
(umask 077; cd / && tar -czf /root/gongkai-second.tar.gz --ignore-failed-read etc/gongkai/gongkai.env etc/gongkai/owner.env etc/gongkai/accounts etc/gongkai/backup.key.pub \
  etc/gongkai/certificates srv/gongkai/keys.json srv/gongkai/secret_key root/gongkai-replica.password etc/nginx/conf.d/gongkai.conf 2>/dev/null)
test -e "$etc/backup.key.pub" || echo "注意：还没有备份公钥（gongkai backup keygen），第二台也没有"
# 内有全部密码：一天以后，或者本机重新启动时删去；忘了删的不会一直在。
echo 'r! /root/gongkai-second.tar.gz' > /etc/tmpfiles.d/gongkai-second.conf
systemctl stop gongkai-second-package.timer 2>/dev/null || true
systemd-run -q --unit=gongkai-second-package --on-active=1d rm -f /root/gongkai-second.tar.gz
echo "把 /root/gongkai-second.tar.gz 移到第二台的 /media，执行 second.sh。内有全部密码：这里的一天以后删去，那里的用后删去"
