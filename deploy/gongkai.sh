#!/bin/sh
# `gongkai` for whoever runs the machine: the program as its own account, with the settings of the services. install.sh puts it into /usr/local/bin.
# Settings that GONGKAI_KEEP names stay as the caller has them (postgresql/rehearse.sh: another database).
set -eu
# owner.env (the role that owns the tables) is root's alone.
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
if test "$(id -un)" = gongkai; then exec /opt/gongkai/venv/bin/gongkai "$@"; fi
exec runuser -u gongkai -- /opt/gongkai/venv/bin/gongkai "$@"
