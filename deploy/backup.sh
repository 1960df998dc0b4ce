#!/bin/sh
# 一份加密的备份：backup.sh 备份文件 备份公钥。做完整了才有这个名字；同一目录里超过 GONGKAI_BACKUP_DAYS 天（30；0 不删）的删去。
set -eu
umask 077
test $# -eq 2 || { echo "用法：backup.sh 备份文件 备份公钥" >&2; exit 2; }
test -e "$2" || { echo "没有备份公钥 $2，没有备份：请运行 gongkai backup keygen" >&2; exit 1; }
# 中断的备份留下的。
rm -f "$1.part"
"${GONGKAI:-/opt/gongkai/venv/bin/gongkai}" backup "$1" --recipient "$2"
days=${GONGKAI_BACKUP_DAYS:-30}
test "$days" = 0 || find "$(dirname "$1")" -maxdepth 1 -name '*.gkb' -mtime "+$days" -delete
