#!/bin/sh
# 演练恢复到某一时刻：rehearse.sh 归档目录 时刻 [库名]（root，或者 PostgreSQL 的账号）。临时启动一个只有自己套接字、不归档的数据库，
# 程序在里面核验流水、封存和公开版本，随后删去。GONGKAI：程序的路径。
# root 执行的，数据库以 postgres 运行，程序以自己的账号运行（密钥只有它能读）：谁也看不到另一方的东西。
set -eu
# 说明临时的数据库为什么没有运行。
failed() {
  tail -n 5 "$scratch/log" >&2
  if grep -q 'ended before configured recovery target' "$scratch/log"; then
    echo "归档里没有这一时刻以后的内容：请写早一些的时刻；刚刚过去的，先在主库上执行 SELECT pg_switch_wal() 再试" >&2
  fi
  exit 1
}
# Debian 把数据库自己的程序放在别处。
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
test $# -ge 2 || { echo "用法：rehearse.sh 归档目录 '2026-11-22 10:15:00+08' [库名]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
cd /
scratch=$(mktemp -d)
as= role=${PGUSER:-gongkai} rules='local all all trust'
if test "$(id -u)" = 0; then
  as='runuser -u postgres --' role=postgres
  rules='local all postgres peer
local all gongkai peer'
  chown postgres "$scratch"
  chmod 711 "$scratch"
fi
trap '$as pg_ctl -D "$scratch/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
$as sh "$here/restore.sh" "$1" "$2" "$scratch/data"
# Debian 把设置放在别处。只有这两个账号能用这个套接字。不开 hot_standby，就不必知道主库的几项大小。
test -e "$scratch/data/postgresql.conf" || $as touch "$scratch/data/postgresql.conf"
printf '%s\n' "$rules" > "$scratch/hba"
$as pg_ctl -D "$scratch/data" -w -t 3600 -l "$scratch/log" \
  -o "-k $scratch -c listen_addresses= -c hba_file=$scratch/hba -c hot_standby=off -c archive_mode=off" start >/dev/null || failed
# 到了那一时刻、不再读日志，才算好。
until test "$($as psql -h "$scratch" -U "$role" -d postgres -Atc 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f; do
  $as pg_ctl -D "$scratch/data" status >/dev/null || failed
  sleep 0.2
done
socket=$(printf %s "$scratch" | sed 's|/|%2F|g')
export DATABASE_URL="postgres://${PGUSER:-gongkai}@$socket/${3:-gongkai}" GONGKAI_DIRECT_URL= GONGKAI_REPLICA_URL= GONGKAI_POOLER=0
export GONGKAI_KEEP='DATABASE_URL GONGKAI_DIRECT_URL GONGKAI_REPLICA_URL GONGKAI_POOLER'
"${GONGKAI:-/usr/local/bin/gongkai}" audit verify --restored
