#!/bin/sh
# 管理服务器的人用的 gongkai：以程序自己的账号、按服务的设置运行。install.sh 把它放在 /usr/local/bin。
# GONGKAI_KEEP 里写明的设置照调用者的（postgresql/rehearse.sh：另一个数据库）。
set -eu
# owner.env（数据表所有者的账号）只有 root 能读。
for settings in /etc/gongkai/gongkai.env /etc/gongkai/owner.env; do
  test -r "$settings" || continue
  while IFS= read -r line; do
    case $line in
      [A-Z]*=*) ;;
      *) continue ;;
    esac
    case " ${GONGKAI_KEEP:-} " in
      *" ${line%%=*} "*) ;;
      *) export "$line" ;;
    esac
  done < "$settings"
done
cd /
# 改设置的，以 root。
if test "${1:-}" = configure; then exec /opt/gongkai/venv/bin/gongkai "$@"; fi
if test "$(id -un)" = gongkai; then exec /opt/gongkai/venv/bin/gongkai "$@"; fi
exec runuser -u gongkai -- /opt/gongkai/venv/bin/gongkai "$@"
