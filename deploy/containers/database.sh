#!/bin/sh
# compose.yaml 的 PostgreSQL：第一次启动时建好，连同表的所有者、程序和从库各自的账号，然后运行。
set -eu
data=/srv/database/data
ask() { psql -h /srv/sockets -U postgres -qX -v ON_ERROR_STOP=1 "$@"; }
if test ! -e "$data/PG_VERSION"; then
  # 先建在旁边：中途停下留下的，重新建。
  rm -rf "$data.part"
  initdb -k -D "$data.part" -U postgres --auth-local=peer --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 >/dev/null
  cat >> "$data.part/postgresql.conf" <<END
listen_addresses = '*'
unix_socket_directories = '/srv/sockets'
include '/opt/gongkai/deploy/postgresql/primary.conf'
log_destination = 'stderr'
include_if_exists '/etc/gongkai/postgresql.conf'
END
  cat > "$data.part/pg_hba.conf" <<END
local all postgres peer
local all gongkai,gongkai_owner scram-sha-256
host replication,postgres gongkai_replica samenet scram-sha-256
END
  rm -f /srv/sockets/.s.PGSQL.5432*
  pg_ctl -D "$data.part" -w -o "-c listen_addresses=" start >/dev/null
  ask -d postgres -v owner="$(cat /run/secrets/owner_password)" -v one="$(cat /run/secrets/database_password)" -v other="$(cat /run/secrets/replica_password)" <<'END'
CREATE ROLE gongkai_owner LOGIN CREATEDB PASSWORD :'owner';
CREATE ROLE gongkai LOGIN PASSWORD :'one';
CREATE ROLE gongkai_replica LOGIN REPLICATION PASSWORD :'other';
CREATE DATABASE gongkai OWNER gongkai_owner;
END
  pg_ctl -D "$data.part" -w stop >/dev/null
  mv "$data.part" "$data"
  echo "已建立数据库"
fi
# 还没有分成两个账号时建的：表从此归所有者。
if ! grep -q '^local all gongkai,gongkai_owner ' "$data/pg_hba.conf"; then
  rm -f /srv/sockets/.s.PGSQL.5432*
  pg_ctl -D "$data" -w -t 600 -o "-c listen_addresses=" start >/dev/null
  ask -d gongkai -v owner="$(cat /run/secrets/owner_password)" <<'END'
SELECT 'CREATE ROLE gongkai_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gongkai_owner') \gexec
ALTER ROLE gongkai_owner LOGIN CREATEDB PASSWORD :'owner';
REASSIGN OWNED BY gongkai TO gongkai_owner;
ALTER ROLE gongkai NOCREATEDB;
END
  pg_ctl -D "$data" -w stop >/dev/null
  sed -i 's/^local all gongkai scram/local all gongkai,gongkai_owner scram/' "$data/pg_hba.conf"
  echo "数据表已归 gongkai_owner 所有"
fi
# 没有别人会建这些：是被杀掉的服务器留下的。
rm -f /srv/sockets/.s.PGSQL.5432*
exec postgres -D "$data"
