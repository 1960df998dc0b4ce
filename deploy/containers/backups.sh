#!/bin/sh
# compose.yaml 的每夜备份：每夜一份，GONGKAI_BACKUP_HOUR（2）点以后；关机错过的，开机后补上。
set -u
one=
trap 'test -z "$one" || kill "$one" 2>/dev/null; exit 0' TERM INT
while :; do
  night=$(date -d "-${GONGKAI_BACKUP_HOUR:-2} hours" +%F) pause=60
  if test ! -e /srv/backup/backup.key.pub; then
    test -n "${said-}" || echo "没有备份公钥 /srv/backup/backup.key.pub，还不备份：请运行 gongkai backup keygen /srv/backup/backup.key，把私钥移到别处"
    said=yes
  elif test ! -e "/srv/backup/$night.gkb"; then
    sh /opt/gongkai/deploy/backup.sh "/srv/backup/$night.gkb" /srv/backup/backup.key.pub & one=$!
    wait "$one" || pause=600
  fi
  sleep "$pause" & one=$!
  wait "$one"
done
