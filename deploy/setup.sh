#!/bin/sh
# 在一台装有 PostgreSQL、PgBouncer、nginx 的机器上配好全部：setup.sh [--backups-here] 网站域名（root，在 install.sh 之后）。
# 建两个数据库账号和数据库，写好 /etc/gongkai 下的两个设置文件、PgBouncer、nginx，建表，启动各项服务。
# 写错了域名、换了证书、中途停下的，改好再执行一次：已有的密码、数据库、nginx 设置照用，不会丢失数据。
# 备份放在另一台机器的盘上，先挂在 /srv/backup；暂时没有的加 --backups-here，以后 gongkai check 会提醒。
set -eu
here=$(cd "$(dirname "$0")" && pwd) settings=/etc/gongkai/gongkai.env owners=/etc/gongkai/owner.env certificates=/etc/gongkai/certificates
. "$here/settings.sh"
elsewhere=yes
if test "${1:-}" = --backups-here; then elsewhere=no; shift; fi
test $# -eq 1 || { echo "用法：setup.sh [--backups-here] 网站域名" >&2; exit 2; }
site=$1

# 先看，什么都不改动。
case $site in *[!A-Za-z0-9.-]* | *.*.*.*[0-9] | "") fail "请写域名，现在是 $site" ;; esac
test -e "$settings" && test -e "$owners" || fail "没有 $settings：请先运行 install.sh"
for name in site.pem site.key; do
  test -s "$certificates/$name" || fail "没有网站证书 $certificates/$name：请先放好（site.pem 是证书和中间证书，site.key 是私钥）"
done
openssl x509 -in "$certificates/site.pem" -noout -checkend 0 >/dev/null 2>&1 || fail "$certificates/site.pem 读不出或者已经过期，请换好再执行一次"
openssl x509 -in "$certificates/site.pem" -noout -checkhost "$site" | grep -q 'does match' || fail "$certificates/site.pem 不是 $site 的证书，请换好证书（站点的在前，中间证书在后），或者改正域名，再执行一次"
of() { openssl x509 -in "$certificates/site.pem" -noout "-$1" | cut -d= -f2-; }
begins=$(date -d "$(of startdate)" +%s)
test "$begins" -le "$(date +%s)" || fail "$certificates/site.pem 还没有生效（$(date -d "@$begins" '+%F %T') 起），读者的浏览器不认，请换好再执行一次"
test "$(openssl x509 -in "$certificates/site.pem" -noout -pubkey)" = "$(openssl pkey -in "$certificates/site.key" -pubout 2>/dev/null)" || fail "site.key 不是 site.pem 的私钥，请换好再执行一次"
if test "$(of subject)" != "$(of issuer)" && test "$(grep -c 'BEGIN CERTIFICATE' "$certificates/site.pem")" = 1; then
  echo "注意：site.pem 里只有一张证书，没有中间证书：有的浏览器会说不可信。签发方给了中间证书的，接在后面，再执行一次"
fi
if test "$elsewhere" = yes && ! mountpoint -q /srv/backup; then
  fail "/srv/backup 和数据库在同一台机器上，机器坏了备份也没有了：请把另一台机器的盘挂在 /srv/backup 再执行一次；暂时没有的，加 --backups-here"
fi
set -- $(pg_lsclusters -h | awk '$2 == "main" { print $1, $3, $6 }')
test $# -eq 3 || fail "没有名为 main 的 PostgreSQL 集群（apt-get install postgresql）"
cluster=/etc/postgresql/$1/main unit=postgresql@$1-main data=$3
test "$2" = 5432 || fail "PostgreSQL 的 main 集群不在 5432 端口（现在是 $2），请照文档逐项配置"
test ! -e "$data/standby.signal" || fail "本机的数据库是从库，没有改动：网站的机器坏了的，用 promote.sh"
ask() { (cd / && runuser -u postgres -- psql -qXAt -v ON_ERROR_STOP=1 "$@"); }
umask 027

# 密码只生成一次，先写进设置文件：中途停下的，下一次照用。
word=$(get "$settings" DATABASE_URL | sed 's|^postgres://gongkai:\([^@]*\)@.*|\1|') owner=$(get "$owners" GONGKAI_DIRECT_URL | sed 's|^postgres://gongkai_owner:\([^@]*\)@.*|\1|') secret=$(get "$settings" GONGKAI_CACHE_SECRET)
test -n "$word" || word=$(openssl rand -hex 24)
if test -z "$owner"; then owner=$(openssl rand -hex 24); put "$owners" GONGKAI_DIRECT_URL "postgres://gongkai_owner:$owner@127.0.0.1:5432/gongkai"; fi
test "$secret" != CHANGE-ME || secret=$(openssl rand -hex 24)
# 写错过的域名换成现在的，另外加的域名不动。
old=$(get "$settings" GONGKAI_BASE_URL | sed 's|^https://||')
put "$settings" GONGKAI_HOSTS "$(get "$settings" GONGKAI_HOSTS | tr ',' '\n' | awk -v old="$old" -v site="$site" '$0 == old { $0 = site } !seen[$0]++' | paste -sd,)"
put "$settings" GONGKAI_BASE_URL "https://$site"
put "$settings" GONGKAI_CACHE_SECRET "$secret"
sed -i "/^#*\(DATABASE_URL\|GONGKAI_DIRECT_URL\|GONGKAI_REPLICA_URL\)=/s/CHANGE-ME/$word/g; s/^#DATABASE_URL=/DATABASE_URL=/; s/^#GONGKAI_POOLER=/GONGKAI_POOLER=/" "$settings"
test -n "$(get "$settings" GONGKAI_METRICS_TOKEN)" || put "$settings" GONGKAI_METRICS_TOKEN "$(openssl rand -hex 24)"

# 数据库占用内存：本机的八分之一。改过的设置不动。
if ! test -e "$cluster/conf.d/gongkai.conf"; then
  size=$(awk '/^MemTotal/ { print int($2 / 1024 / 8) }' /proc/meminfo)
  sed "s/^shared_buffers = .*/shared_buffers = ${size}MB/; s/^effective_cache_size = .*/effective_cache_size = $((size * 3))MB/; s/^maintenance_work_mem = .*/maintenance_work_mem = $((size / 8 + 16))MB/" \
    "$here/postgresql/primary.conf" > "$cluster/conf.d/gongkai.conf"
  chmod 644 "$cluster/conf.d/gongkai.conf"
  systemctl restart "$unit"
fi
systemctl start "$unit"
# 磁盘悄悄写坏的页要看得出来：建库以前打开校验，很快；已有数据的不在这里做，它要停库。
if test "$(ask -c 'SHOW data_checksums')" = off; then
  if test "$(ask -c "SELECT count(*) FROM pg_database WHERE datname = 'gongkai'")" = 0; then
    systemctl stop "$unit" && runuser -u postgres -- "/usr/lib/postgresql/$1/bin/pg_checksums" --enable -D "$data" >/dev/null && systemctl start "$unit"
  else
    echo "注意：数据库没有页校验。停下 $unit 以后可以用 pg_checksums --enable 打开（每 100 GB 约几分钟）。"
  fi
fi
for name in gongkai_owner gongkai; do
  test "$(ask -c "SELECT count(*) FROM pg_roles WHERE rolname = '$name'")" = 1 || ask -c "CREATE ROLE $name LOGIN"
done
ask <<END || fail "没有设好数据库账号"
ALTER ROLE gongkai_owner LOGIN CREATEDB PASSWORD '$owner';
ALTER ROLE gongkai LOGIN PASSWORD '$word';
END
if test "$(ask -c "SELECT count(*) FROM pg_database WHERE datname = 'gongkai'")" = 0; then
  ask -c "CREATE DATABASE gongkai OWNER gongkai_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0" || fail "没有建成数据库"
else
  echo "数据库 gongkai 已有，照用"
fi

if ! grep -q '^; PostgreSQL 前面的 PgBouncer' /etc/pgbouncer/pgbouncer.ini; then install -o postgres -g postgres -m 0640 "$here/pgbouncer/pgbouncer.ini" /etc/pgbouncer/pgbouncer.ini; fi
echo "\"gongkai\" \"$word\"" > /etc/pgbouncer/userlist.txt && chown postgres:postgres /etc/pgbouncer/userlist.txt
systemctl restart pgbouncer
cp "$here/nginx-site.conf" /etc/nginx/gongkai-site.conf
if test -e /etc/nginx/conf.d/gongkai.conf; then
  echo "/etc/nginx/conf.d/gongkai.conf 已有，没有改动"
else
  sed "s/CHANGE-ME/$secret/g" "$here/nginx.conf" > /etc/nginx/conf.d/gongkai.conf && chmod 640 /etc/nginx/conf.d/gongkai.conf
fi
rm -f /etc/nginx/sites-enabled/default
nginx -tq || fail "nginx 不接受设置或证书，见上一行；改好再执行一次"

gongkai manage migrate --noinput -v 0
gongkai grants gongkai
systemctl enable -q --now gongkai gongkai-worker gongkai-due.timer gongkai-backup.timer gongkai-mirror-verify.timer
systemctl restart gongkai gongkai-worker nginx
echo "已配好：https://$site/admin/。接着运行 gongkai configure（邮件、封存的去处）、gongkai init，再用 gongkai check 看还缺什么。"
