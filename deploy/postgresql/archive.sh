#!/bin/sh
# PostgreSQL 的 archive_command：archive.sh %p %f 归档目录。一段日志完整地放进 wal 目录，或者不放；已有的不覆盖。
set -eu
to="$3/wal/$2"
mkdir -p "$3/wal"
if test -e "$to"; then
  cmp -s "$1" "$to" && exit 0
  echo "归档里已有内容不同的 $2，没有覆盖" >&2
  exit 1
fi
cp "$1" "$to.part"
sync "$to.part"
mv "$to.part" "$to"
