#!/bin/sh
# 把数据库恢复到某一时刻，展开到一个新目录：restore.sh 归档目录 '2026-11-22 10:15:00+08' 数据目录（PostgreSQL 的账号）。
# 不启动，原来的不动。那一时刻和以前提交的都在，以后的没有。
set -eu
test $# -eq 3 || { echo "用法：restore.sh 归档目录 '2026-11-22 10:15:00+08' 数据目录" >&2; exit 2; }
test ! -e "$3" || { echo "$3 已存在，没有改动：请写一个新的目录" >&2; exit 2; }
at=$(date -u -d "$2" +%Y%m%dT%H%M%SZ) || { echo "时刻写法不对：应如 2026-11-22 10:15:00+08" >&2; exit 2; }
base=
for one in $(ls "$1/base" | sort); do
  # 与那一时刻同一秒的基础备份可能晚于它，不用。
  if test "$one" \< "$at"; then base=$one; fi
done
test -n "$base" || { echo "没有早于 $2 的基础备份（$1/base）" >&2; exit 1; }
cp -a "$1/base/$base" "$3"
chmod 700 "$3"
cat >> "$3/postgresql.auto.conf" <<END
restore_command = 'cp "$1/wal/%f" "%p"'
recovery_target_time = '$2'
recovery_target_action = 'promote'
END
touch "$3/recovery.signal"
echo "已展开 $base 的基础备份到 $3，启动后恢复到 $2。随后运行 gongkai audit verify --restored --files，核对无误后用 gongkai audit restored 登记"
