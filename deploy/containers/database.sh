#!/bin/sh
# PostgreSQL of compose.yaml: made at the first start, with the roles that the program and a replica use, then run.
set -eu
data=/srv/database/data
if test ! -e "$data/PG_VERSION"; then
  # Made beside its place: what a stop in the middle left is made anew.
  rm -rf "$data.part"
  initdb -D "$data.part" -U postgres --auth-local=peer --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 >/dev/null
  cat >> "$data.part/postgresql.conf" <<END
listen_addresses = '*'
unix_socket_directories = '/srv/sockets'
timezone = 'Asia/Shanghai'
include '/opt/gongkai/deploy/postgresql/primary.conf'
include_if_exists '/etc/gongkai/postgresql.conf'
END
  cat > "$data.part/pg_hba.conf" <<END
local all postgres peer
local all gongkai scram-sha-256
host replication,postgres gongkai_replica samenet scram-sha-256
END
  rm -f /srv/sockets/.s.PGSQL.5432*
  pg_ctl -D "$data.part" -w -o "-c listen_addresses=" start >/dev/null
  psql -h /srv/sockets -U postgres -d postgres -qX -v ON_ERROR_STOP=1 -v one="$(cat /run/secrets/database_password)" -v other="$(cat /run/secrets/replica_password)" <<'END'
CREATE ROLE gongkai LOGIN CREATEDB PASSWORD :'one';
CREATE ROLE gongkai_replica LOGIN REPLICATION PASSWORD :'other';
CREATE DATABASE gongkai OWNER gongkai;
END
  pg_ctl -D "$data.part" -w stop >/dev/null
  mv "$data.part" "$data"
  echo "已建立数据库"
fi
# Nobody else makes these: they are of a server that was killed.
rm -f /srv/sockets/.s.PGSQL.5432*
exec postgres -D "$data"
