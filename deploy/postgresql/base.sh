#!/bin/sh
# 整个数据库的基础备份，加上归档的日志可以回到任何时刻：base.sh 归档目录 [保留份数]，以能复制的账号执行（PGHOST、PGUSER、~/.pgpass 说明怎样连接）。
# 留最新的几份（2）和其中最早一份以后的日志。
set -eu
# Debian 把数据库自己的程序放在别处。
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
test "$(psql -d postgres -qXAtc 'SELECT pg_is_in_recovery()')" = f || { echo "本机的数据库是从库，不作基础备份：由主库的机器作"; exit 0; }
test $# -ge 1 || { echo "用法：base.sh 归档目录 [保留份数]" >&2; exit 2; }
part="$1/base/.part.$$"
# 被杀掉的留下的。
rm -rf "$1/base/.part."*
mkdir -p "$1/base" && chmod 750 "$1/base" # gongkai 组看得到有哪几份、多久以前的，读不了内容
trap 'rm -rf "$part"' EXIT
pg_basebackup --pgdata="$part" --wal-method=stream --checkpoint=fast
pg_verifybackup --quiet "$part"
# 以做完的时刻命名：要恢复的时刻须在它以后。
name=$(date -u +%Y%m%dT%H%M%SZ)
mv "$part" "$1/base/$name"
echo "已作基础备份：$1/base/$name"
ls "$1/base" | sort -r | tail -n +$((${2:-2} + 1)) | while read -r old; do rm -rf "${1:?}/base/$old"; done
oldest=$(ls "$1/base" | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\)).*/\1/p' "$1/base/$oldest/backup_label")
test -z "$first" || ! test -d "$1/wal" || pg_archivecleanup "$1/wal" "$first"
