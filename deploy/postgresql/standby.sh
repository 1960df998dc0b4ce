#!/bin/sh
# 把本机做成主库的流复制从库，用 Debian 自己的集群工具：standby.sh [--again] 主库地址 [集群名] [本机端口] [主库端口]（root）。
# 先在主库上执行 allow.sh 本机地址；整台一起做的是 second.sh。--again：本机的这个集群里已有数据（如修好的旧主库），改名留存后重做；核对无误后请删去留存的目录。
# 密码：GONGKAI_REPLICA_PASSWORD，没有时读本机的 /root/gongkai-replica.password，也没有就询问。装有 PgBouncer 的，同时配好：gongkai 指向主库，gongkai_replica 指向本机。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
again=no
if test "${1:-}" = --again; then again=yes; shift; fi
test $# -ge 1 || { echo "用法：standby.sh [--again] 主库地址 [集群名] [本机端口] [主库端口]" >&2; exit 2; }
primary=$1 cluster=${2:-main} port=${3:-5432} at=${4:-5432}
fail() { echo "错误：$1" >&2; exit 1; }
version=$(ls /usr/lib/postgresql 2>/dev/null | sort -V | tail -n 1)
test -n "$version" && command -v pg_createcluster >/dev/null || fail "没有安装 PostgreSQL（apt-get install postgresql）"
etc=/etc/postgresql/$version/$cluster slot=gongkai_$(hostname -s | tr -c 'a-z0-9\n' _)_$cluster
if test -z "${GONGKAI_REPLICA_PASSWORD:-}" && test -s /root/gongkai-replica.password; then GONGKAI_REPLICA_PASSWORD=$(cat /root/gongkai-replica.password); fi
if test -z "${GONGKAI_REPLICA_PASSWORD:-}"; then
  printf '复制用的密码（主库上 /root/gongkai-replica.password）：' >&2
  stty -echo 2>/dev/null || true; read -r GONGKAI_REPLICA_PASSWORD; stty echo 2>/dev/null || true; echo >&2
fi
export PGPASSWORD="$GONGKAI_REPLICA_PASSWORD" PGSSLMODE=require PGSSLROOTCERT=
# 有机器证书的（machines.sh），核对主库是谁。
if test -s /etc/gongkai/certificates/machines-ca.pem; then PGSSLMODE=verify-full PGSSLROOTCERT=/etc/gongkai/certificates/machines-ca.pem; else unset PGSSLROOTCERT; fi
as() { HOME=/var/lib/postgresql runuser -u postgres --preserve-environment -- "$@"; }
asked() { cd / && as psql -h "$primary" -p "$at" -U gongkai_replica -d postgres -qXAtc "$1"; }
test "$(asked "SELECT pg_is_in_recovery()")" = f || fail "连不上主库 $primary:$at，或者它不是主库：先在主库上执行 allow.sh 本机地址"

old=
if test -e "$etc/postgresql.conf"; then
  folder=$(pg_conftool -s "$version" "$cluster" show data_directory)
  port=$(pg_conftool -s "$version" "$cluster" show port)
  own() { (cd / && runuser -u postgres -- env -u PGPASSWORD -u PGSSLMODE -u PGSSLROOTCERT psql -p "$port" -d postgres -qXAtc "$1" 2>/dev/null); }
  # 程序正在用的主库（每两秒问一次），或者主库就是本机的这一个：不能停下它。
  used=$(own "SELECT string_agg(DISTINCT coalesce(host(client_addr), '本机'), '、') FROM pg_stat_activity WHERE NOT pg_is_in_recovery() AND datname = 'gongkai' AND usename = 'gongkai' AND state_change > now() - interval '5 seconds'" || true)
  test -z "$used" || fail "本机的 $cluster 是主库，$used 的程序正在用它，没有改动：换了主库的，先在那里执行 point.sh；就要停下它的，先停下那里的程序"
  ours=$(own "SELECT concat(system_identifier, pg_postmaster_start_time()) FROM pg_control_system()" || true)
  test -z "$ours" || test "$(asked "SELECT concat(system_identifier, pg_postmaster_start_time()) FROM pg_control_system()")" != "$ours" || fail "$primary:$at 就是本机的 $cluster，没有改动：请写主库的地址"
  if test -e "$folder/PG_VERSION" && test "$again" = no; then
    held=$(own "SELECT count(*) FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')") || held=unknown
    test "$held" = 0 || fail "本机的 $cluster 里已有数据，或者没有运行、无从查看，没有改动：确实要重做的，加 --again"
  fi
  pg_ctlcluster "$version" "$cluster" stop -m fast >/dev/null 2>&1 || true
  if test -e "$folder"; then old=$folder.old-$(date +%Y%m%d%H%M%S); fi
else
  pg_createcluster "$version" "$cluster" --port "$port" >/dev/null
  folder=$(pg_conftool -s "$version" "$cluster" show data_directory)
  rm -rf "$folder"
fi
part=$folder.part
rm -rf "$part"
asked "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$slot' AND NOT active" >/dev/null
as "/usr/lib/postgresql/$version/bin/pg_basebackup" --host="$primary" --port="$at" --username=gongkai_replica --pgdata="$part" \
  --wal-method=stream --checkpoint=fast --write-recovery-conf --create-slot --slot="$slot" || fail "没有从主库复制成功"
# 主库从前恢复到某一时刻时留下的设置，不能带过来：从库会停在那一刻。
sed -i '/^recovery_target/d; /^restore_command/d' "$part/postgresql.auto.conf"
if test -n "$old"; then mv "$folder" "$old"; fi
mv "$part" "$folder"

# 从库的这几项不能小于主库，否则不能启动。
mkdir -p "$etc/conf.d"
{
  echo "# standby.sh 所写：与主库 $primary 一致"
  echo "listen_addresses = '*'"
  echo "hot_standby = on"
  for one in max_connections max_worker_processes max_wal_senders max_prepared_transactions max_locks_per_transaction; do
    echo "$one = $(asked "SHOW $one")"
  done
} > "$etc/conf.d/gongkai-standby.conf"
case $primary in *[!0-9a-fA-F.:]*) range= ;; *:*) range=$primary/128 ;; *) range=$primary/32 ;; esac
for from in $range samehost; do
  for line in "hostssl replication,postgres gongkai_replica $from scram-sha-256" "hostssl gongkai gongkai $from scram-sha-256" "hostssl all gongkai_owner $from scram-sha-256"; do
    grep -qxF "$line" "$etc/pg_hba.conf" || echo "$line" >> "$etc/pg_hba.conf"
  done
done
pg_ctlcluster "$version" "$cluster" start || fail "从库没有启动，请看 /var/log/postgresql/postgresql-$version-$cluster.log"
unset PGPASSWORD PGSSLMODE PGSSLROOTCERT
tries=0
until test "$(cd / && runuser -u postgres -- psql -p "$port" -d postgres -qXAtc "SELECT status FROM pg_stat_wal_receiver" 2>/dev/null)" = streaming; do
  tries=$((tries + 1))
  test "$tries" -lt 60 || fail "从库启动了，但没有在接收主库的数据，请看 /var/log/postgresql/postgresql-$version-$cluster.log"
  sleep 1
done
# 以后由它接替主库时，旧主库按同一个密码跟随它。
(umask 077; echo "$GONGKAI_REPLICA_PASSWORD" > /root/gongkai-replica.password)
echo "从库正在跟随 $primary（集群 $cluster，端口 $port，复制槽 $slot）"
if test -n "$old"; then echo "原来的数据留在 $old，核对无误后请删去"; fi

ini=${PGBOUNCER_INI:-/etc/pgbouncer/pgbouncer.ini}
if test -d "$(dirname "$ini")"; then
  test -e "$ini.before-gongkai" || cp -p "$ini" "$ini.before-gongkai" 2>/dev/null || true
  from=$here/../pgbouncer/pgbouncer.ini
  if grep -q '^; PostgreSQL 前面的 PgBouncer' "$ini" 2>/dev/null; then from=$ini; fi
  sed "/^gongkai_replica = /d; s|^gongkai = .*|gongkai = host=$primary port=$at dbname=gongkai\ngongkai_replica = host=127.0.0.1 port=$port dbname=gongkai|" "$from" > "$ini.new"
  # Debian 的目录归 root，文件归运行它的 postgres：照原来的文件。
  like=$(dirname "$ini"); if test -e "$ini"; then like=$ini; fi
  chown --reference="$like" "$ini.new" && chmod 640 "$ini.new" && mv "$ini.new" "$ini"
  users=$(dirname "$ini")/userlist.txt
  if ! grep -q '^"gongkai" ' "$users" 2>/dev/null; then
    word=$(sed -n 's|^DATABASE_URL=postgres://gongkai:\([^@]*\)@.*|\1|p' /etc/gongkai/gongkai.env 2>/dev/null | head -n 1)
    if test -n "$word"; then (umask 027; echo "\"gongkai\" \"$word\"" > "$users"); chown --reference="$ini" "$users"; else echo "注意：请在 $users 里写：\"gongkai\" \"数据库密码\""; fi
  fi
  if test -z "${PGBOUNCER_INI:-}"; then systemctl restart pgbouncer; fi
  echo "本机的 PgBouncer：gongkai 指向 $primary，gongkai_replica 指向本机的从库"
  # 做过主库的：公开网页又可以读本机的从库。
  if grep -q '^#GONGKAI_REPLICA_URL=' /etc/gongkai/gongkai.env 2>/dev/null && ! grep -q '^#GONGKAI_REPLICA_URL=.*CHANGE-ME' /etc/gongkai/gongkai.env; then
    sed -i 's|^#GONGKAI_REPLICA_URL=|GONGKAI_REPLICA_URL=|' /etc/gongkai/gongkai.env
    systemctl try-restart gongkai gongkai-worker
  fi
fi
