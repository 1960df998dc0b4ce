#!/bin/sh
# 把本机做成第二台：second.sh [--again] 第一台地址 [gongkai-second.tar.gz]（root，在 install.sh 之后；包由第一台的 allow.sh 所做，不写的在 /media）。
# 建从库，启动第二个程序服务器；第一台整台没了时要用的 nginx、证书、定时、备份公钥、归档都备好，关着，由 promote.sh --machine 打开。可以重复执行。
# --again：本机已有数据的数据库（修好的旧主库）也重做成从库，原来的留存。
set -eu
here=$(cd "$(dirname "$0")" && pwd) settings=/etc/gongkai/gongkai.env
. "$here/settings.sh"
again=
if test "${1:-}" = --again; then again=--again; shift; fi
test $# -ge 1 || { echo "用法：second.sh [--again] 第一台地址 [gongkai-second.tar.gz]" >&2; exit 2; }
first=$1 package=${2:-/media/gongkai-second.tar.gz}
own=$(ip -o route get "$first" | sed -n 's/.* src \([^ ]*\).*/\1/p')
# 弄错了机器的，什么都不改动。
test "$own" != "$first" || fail "$first 是本机的地址：请在第二台上执行，写第一台的地址"
ask() { (cd / && runuser -u postgres -- psql -d "$1" -qXAtc "$2" 2>/dev/null || true); }
test -n "$again" || test "$(ask gongkai "SELECT pg_is_in_recovery()")" != f || fail "本机的数据库是主库，里面有数据，没有改动：确实要重做成从库的，加 --again"
# 已经在跟随这个主库的，不重做；包用过就删去了，没有也行。
following=$(ask postgres "SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming' AND (sender_host = '$first' OR conninfo LIKE '%host=$first %')")
if ! test -s "$package"; then
  test "$following" = 1 || fail "没有 $package：请在第一台上执行 allow.sh $own，把 /root/gongkai-second.tar.gz 带来"
  echo "没有 $package，照用已有的设置和密钥"
else
  tar -tzf "$package" | grep -qx "etc/gongkai/certificates/machine-$own.pem" || fail "这个包不是给本机（$own）的：请在第一台上执行 allow.sh $own"
  if test -e /srv/gongkai/keys.json && test -z "$again" && ! tar -xzOf "$package" srv/gongkai/keys.json | cmp -s - /srv/gongkai/keys.json; then
    fail "本机的 /srv/gongkai/keys.json 与第一台的不同，没有改动：它可能是唯一的密钥，先核对（gongkai keys check）"
  fi
  tar -C / -xzpf "$package" --exclude=srv
  tar -C / -xzpf "$package" --skip-old-files srv # 已有的密钥不覆盖
  chown -R gongkai:gongkai /srv/gongkai/keys.json /srv/gongkai/secret_key
fi
sed -i 's|^#GONGKAI_REPLICA_URL=|GONGKAI_REPLICA_URL=|' "$settings"
drop "$settings" GONGKAI_PAGES
put "$settings" GONGKAI_CACHES "pages=https://$first:8088"

# 共享盘按编号认账号：两台的不同，第二台读不了、写不了第一台的文件。
for name in gongkai postgres; do
  theirs=$(sed -n "s/^$name //p" /etc/gongkai/accounts 2>/dev/null) mine=$(id -u $name):$(id -g $name)
  if test -n "$theirs" && test "$theirs" != "$mine" && { mountpoint -q /srv/backup || mountpoint -q /srv/archive || mountpoint -q /srv/gongkai/files; }; then
    fail "本机 $name 账号的编号是 $mine，第一台是 $theirs，共享盘上的文件会归错人。请先停下 postgresql、pgbouncer、gongkai、gongkai-worker，执行：
  groupmod -g ${theirs#*:} $name && usermod -u ${theirs%:*} $name
  find / /srv /var -xdev -uid ${mine%:*} -exec chown -h $name {} +; find / /srv /var -xdev -gid ${mine#*:} -exec chgrp -h $name {} +
说编号已被别的账号占用的，先把那个账号改成别的编号。再启动 postgresql，执行一次 second.sh"
  fi
done

# 备好，关着。
cp "$here/nginx-site.conf" /etc/nginx/gongkai-site.conf
rm -f /etc/nginx/sites-enabled/default
systemctl disable -q --now nginx gongkai-due.timer gongkai-backup.timer gongkai-mirror-verify.timer gongkai-base.timer
for conf in /etc/postgresql/*/main/conf.d; do
  test -e "$conf/gongkai.conf" || install -m 0644 "$here/postgresql/primary.conf" "$conf/gongkai.conf"
  # 从库不归档，接替以后才归档：归档目录还没有的，先不写。
  if test -d /srv/archive; then install -m 0644 "$here/postgresql/archive.conf" "$conf/gongkai-archive.conf"; fi
done
sh "$here/machines.sh" "$own" "$first"
nginx -tq || fail "nginx 不接受设置或证书，见上一行；改好再执行一次"
if test "$following" = 1; then
  echo "从库已在跟随 $first"
else
  sh "$here/postgresql/standby.sh" $again "$first"
fi
gongkai keys check
systemctl enable -q gongkai gongkai-worker && systemctl restart gongkai gongkai-worker
mountpoint -q /srv/backup || echo "注意：/srv/backup 没有挂另一台机器的盘：第一台没了，备份也没有了"
test -d /srv/archive || echo "注意：没有 /srv/archive：接替以后不能恢复到某一时刻"
echo "第二台已配好。第一台整台没了时：/opt/gongkai/deploy/postgresql/promote.sh --machine（docs/deploying.md“第一台没了”）。"
if test -e "$package"; then rm -f "$package" 2>/dev/null && echo "已删去 $package（内有全部密码）" || echo "注意：$package 删不掉，内有全部密码：请删去"; fi
