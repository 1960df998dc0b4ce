#!/bin/sh
# Makes this machine a streaming replica of the primary: replica.sh PRIMARY-HOST DATA-FOLDER [SLOT] (as the account of PostgreSQL).
# A second replica needs a slot of its own, such as gongkai_replica2.
# Before, on the primary: CREATE ROLE gongkai_replica LOGIN REPLICATION PASSWORD '…'; and a line in pg_hba.conf:
#   hostssl replication gongkai_replica REPLICA-ADDRESS/32 scram-sha-256
# The password comes from ~/.pgpass. To let it take over: pg_ctl promote -D DATA-FOLDER, then DATABASE_URL or pgbouncer.ini names it.
set -eu
test $# -eq 2 || test $# -eq 3 || { echo "用法：replica.sh 主库地址 数据目录 [复制槽]" >&2; exit 2; }
test ! -e "$2/PG_VERSION" || { echo "$2 里已有数据库，没有改动" >&2; exit 2; }
pg_basebackup --host="$1" --username=gongkai_replica --pgdata="$2" --wal-method=stream --checkpoint=fast \
  --write-recovery-conf --create-slot --slot="${3:-gongkai_replica}"
echo "已建立从库：$2"
