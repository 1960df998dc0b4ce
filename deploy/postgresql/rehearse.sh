#!/bin/sh
# Rehearses a restore to a moment: rehearse.sh ARCHIVE MOMENT [DATABASE], as root (or as the account of PostgreSQL). A scratch server is started on a
# socket of its own, which archives nothing; the program verifies log, seals and editions in it; then it is gone. GONGKAI names the program.
# As root the server runs as postgres, and the program as its own account, which has the keys: neither sees what the other keeps.
set -eu
# Says why the scratch server does not run.
failed() {
  tail -n 5 "$scratch/log" >&2
  if grep -q 'ended before configured recovery target' "$scratch/log"; then
    echo "归档里没有这一时刻以后的内容：请写早一些的时刻；刚刚过去的，先在主库上执行 SELECT pg_switch_wal() 再试" >&2
  fi
  exit 1
}
# Debian keeps the server's own programs out of the way.
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
# Debian keeps the settings elsewhere. Nobody but these accounts reaches the socket. Without hot_standby the primary's sizes need not be known.
test -e "$scratch/data/postgresql.conf" || $as touch "$scratch/data/postgresql.conf"
printf '%s\n' "$rules" > "$scratch/hba"
$as pg_ctl -D "$scratch/data" -w -t 3600 -l "$scratch/log" \
  -o "-k $scratch -c listen_addresses= -c hba_file=$scratch/hba -c hot_standby=off -c archive_mode=off" start >/dev/null || failed
# It answers when it is at the moment and follows no log any more.
until test "$($as psql -h "$scratch" -U "$role" -d postgres -Atc 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f; do
  $as pg_ctl -D "$scratch/data" status >/dev/null || failed
  sleep 0.2
done
socket=$(printf %s "$scratch" | sed 's|/|%2F|g')
export DATABASE_URL="postgres://${PGUSER:-gongkai}@$socket/${3:-gongkai}" GONGKAI_DIRECT_URL= GONGKAI_REPLICA_URL= GONGKAI_POOLER=0
export GONGKAI_KEEP='DATABASE_URL GONGKAI_DIRECT_URL GONGKAI_REPLICA_URL GONGKAI_POOLER'
"${GONGKAI:-/usr/local/bin/gongkai}" audit verify --restored
