#!/bin/sh
# PostgreSQL's archive_command: archive.sh %p %f FOLDER. A piece of its log comes into FOLDER/wal whole or not at all; one that is there is never replaced.
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
