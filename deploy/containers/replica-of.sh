#!/bin/sh
# compose.yaml 的从库：第一次启动时从主库复制（deploy/postgresql/replica.sh），然后运行。replica-of.sh 主库
set -eu
data=/srv/database/data
umask 077
echo "*:*:*:gongkai_replica:$(cat /run/secrets/replica_password)" > /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGSSLMODE=disable
if test ! -e "$data/PG_VERSION"; then
  until pg_isready -q -h "$1"; do sleep 1; done
  # 中途停下留下的：复制了一半的数据，和主库为它留的复制槽。
  rm -rf "$data.part"
  psql -h "$1" -U gongkai_replica -d postgres -qXAt -c "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'gongkai_replica'"
  sh /opt/gongkai/deploy/postgresql/replica.sh "$1" "$data.part"
  mv "$data.part" "$data"
fi
rm -f /srv/sockets/.s.PGSQL.5433*
exec postgres -D "$data" -p 5433
