#!/bin/sh
# A streaming replica in compose.yaml: copied from the primary at the first start (deploy/postgresql/replica.sh), then run. replica-of.sh PRIMARY
set -eu
data=/srv/database/data
umask 077
echo "*:*:*:gongkai_replica:$(cat /run/secrets/replica_password)" > /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGSSLMODE=disable
if test ! -e "$data/PG_VERSION"; then
  until pg_isready -q -h "$1"; do sleep 1; done
  # What a stop in the middle left: the copy, and the place that the primary holds for it.
  rm -rf "$data.part"
  psql -h "$1" -U gongkai_replica -d postgres -qXAt -c "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'gongkai_replica'"
  sh /opt/gongkai/deploy/postgresql/replica.sh "$1" "$data.part"
  mv "$data.part" "$data"
fi
rm -f /srv/sockets/.s.PGSQL.5433*
exec postgres -D "$data" -p 5433
