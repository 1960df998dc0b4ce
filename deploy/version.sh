#!/bin/sh
# 装着的各个版本：version.sh 列出；version.sh 版本号（或者目录名）换成那一版，重新启动程序（root）。数据表不动，旧程序在新表上照样运行。
set -eu
prefix=/opt/gongkai
if test $# -eq 0; then
  now=$(readlink -f "$prefix/venv")
  for one in $(ls -dt "$prefix"/venv-*); do
    printf '%s  %s  %s\n' "$(basename "$one")" "$("$one/bin/gongkai" --version 2>/dev/null | cut -d' ' -f2)" "$(test "$one" != "$now" || echo 正在用)"
  done
  exit 0
fi
for one in $(ls -dt "$prefix"/venv-*); do
  if test "$(basename "$one")" = "$1" || test "$("$one/bin/gongkai" --version 2>/dev/null)" = "gongkai $1"; then
    ln -sfn "$one" "$prefix/venv.new" && mv -T "$prefix/venv.new" "$prefix/venv"
    systemctl restart gongkai gongkai-worker
    echo "现在是 $1（$one）"
    exit 0
  fi
done
echo "错误：没有装 $1，没有改动。装着的：" >&2
sh "$0" >&2
exit 1
