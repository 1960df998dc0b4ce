#!/bin/sh
# 只把主库复制到一个目录，成为从库的数据（容器用）：replica.sh 主库地址 数据目录 [复制槽]（PostgreSQL 的账号）。Debian 的机器上用 standby.sh，它配好全部。
# 第二台从库要有自己的复制槽，如 gongkai_replica2。先在主库上 CREATE ROLE gongkai_replica LOGIN REPLICATION PASSWORD '…'，pg_hba.conf 里加一行：
#   hostssl replication gongkai_replica 从库地址/32 scram-sha-256
# 密码取自 ~/.pgpass。让它接替：pg_ctl promote -D 数据目录，再让 DATABASE_URL 或者 pgbouncer.ini 指向它。
set -eu
test $# -eq 2 || test $# -eq 3 || { echo "用法：replica.sh 主库地址 数据目录 [复制槽]" >&2; exit 2; }
test ! -e "$2/PG_VERSION" || { echo "$2 里已有数据库，没有改动" >&2; exit 2; }
pg_basebackup --host="$1" --username=gongkai_replica --pgdata="$2" --wal-method=stream --checkpoint=fast \
  --write-recovery-conf --create-slot --slot="${3:-gongkai_replica}"
echo "已建立从库：$2"
