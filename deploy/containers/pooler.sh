#!/bin/sh
# compose.yaml 的 PgBouncer：pgbouncer.ini，两头都走套接字：主库 5432，从库 5433，PgBouncer 自己 6432。
set -eu
umask 077
own=/opt/gongkai/deploy/pgbouncer/pgbouncer.ini
printf '"gongkai" "%s"\n' "$(cat /run/secrets/database_password)" > /tmp/userlist.txt
sed -e 's|^gongkai = host=127.0.0.1 .*|gongkai = host=/srv/sockets port=5432 dbname=gongkai\ngongkai_replica = host=/srv/sockets port=5433 dbname=gongkai|' \
  -e 's|^listen_addr = .*|unix_socket_dir = /srv/sockets|' -e 's|^auth_file = .*|auth_file = /tmp/userlist.txt|' "$own" > /tmp/pgbouncer.ini
rm -f /srv/sockets/.s.PGSQL.6432*
exec pgbouncer -q /tmp/pgbouncer.ini
