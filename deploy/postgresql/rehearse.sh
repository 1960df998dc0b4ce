#!/bin/sh
# Rehearses a restore to a moment: rehearse.sh ARCHIVE MOMENT [DATABASE], as the account of PostgreSQL. A scratch server is started on a socket of
# its own, which archives nothing; the program verifies log, seals and editions in it; then it is gone. GONGKAI names the program.
set -eu
# Debian keeps the server's own programs out of the way.
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
test $# -ge 2 || { echo "用法：rehearse.sh 归档目录 '2026-11-22 10:15:00+08' [库名]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'pg_ctl -D "$scratch/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
sh "$here/restore.sh" "$1" "$2" "$scratch/data"
# Debian keeps the settings elsewhere. Nobody but this account reaches the socket. Without hot_standby the primary's sizes need not be known.
test -e "$scratch/data/postgresql.conf" || touch "$scratch/data/postgresql.conf"
echo "local all all trust" > "$scratch/hba"
pg_ctl -D "$scratch/data" -w -t 3600 -l "$scratch/log" \
  -o "-k $scratch -c listen_addresses= -c hba_file=$scratch/hba -c hot_standby=off -c archive_mode=off" start >/dev/null || { tail -n 5 "$scratch/log" >&2; exit 1; }
# It answers when it is at the moment and follows no log any more.
until test "$(psql -h "$scratch" -U "${PGUSER:-gongkai}" -d postgres -Atc 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f; do
  pg_ctl -D "$scratch/data" status >/dev/null || { tail -n 5 "$scratch/log" >&2; exit 1; }
  sleep 0.2
done
socket=$(printf %s "$scratch" | sed 's|/|%2F|g')
DATABASE_URL="postgres://${PGUSER:-gongkai}@$socket/${3:-gongkai}" GONGKAI_POOLER=0 GONGKAI_REPLICA_URL= "${GONGKAI:-/opt/gongkai/venv/bin/gongkai}" audit verify --restored
