#!/bin/sh
# 各脚本共用：读、写设置文件里的一行。
fail() { echo "错误：$1" >&2; exit 1; }
get() { sed -n "s|^$2=||p" "$1" 2>/dev/null | tail -n 1; } # 文件 名称
put() { # 文件 名称 值：已有的（注释掉的也算）改成它，没有的加在最后；保留属主和权限
  (umask 077; awk -v name="$2" -v line="$2=$3" 'BEGIN { old = "^#?" name "=" } $0 ~ old { if (!done) print line; done = 1; next } { print } END { if (!done) print line }' "$1" > "$1.new") # 内有密码
  chown --reference="$1" "$1.new" && chmod --reference="$1" "$1.new" && mv "$1.new" "$1"
}
drop() { sed -i "s|^$2=|#&|" "$1"; } # 文件 名称：注释掉
