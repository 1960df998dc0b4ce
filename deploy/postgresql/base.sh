#!/bin/sh
# A copy of the whole server, from which a moment is reached by the archived log: base.sh FOLDER [KEEP], as an account that may replicate
# (PGHOST, PGUSER, ~/.pgpass say how it is reached). The newest KEEP copies (2) stay, and the log from the oldest of them on.
set -eu
# Debian keeps the server's own programs out of the way.
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
test $# -ge 1 || { echo "用法：base.sh 归档目录 [保留份数]" >&2; exit 2; }
part="$1/base/.part.$$"
mkdir -p "$1/base"
trap 'rm -rf "$part"' EXIT
pg_basebackup --pgdata="$part" --wal-method=stream --checkpoint=fast
pg_verifybackup --quiet "$part"
# Named by the moment when it was whole: what is restored lies behind it.
name=$(date -u +%Y%m%dT%H%M%SZ)
mv "$part" "$1/base/$name"
echo "已作基础备份：$1/base/$name"
ls "$1/base" | sort -r | tail -n +$((${2:-2} + 1)) | while read -r old; do rm -rf "${1:?}/base/$old"; done
oldest=$(ls "$1/base" | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\)).*/\1/p' "$1/base/$oldest/backup_label")
test -z "$first" || ! test -d "$1/wal" || pg_archivecleanup "$1/wal" "$first"
