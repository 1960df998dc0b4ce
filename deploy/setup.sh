#!/bin/sh
# 在一台装有 PostgreSQL、PgBouncer、nginx 的机器上配好全部：setup.sh 网站域名（root，在 install.sh 之后）。
# 建两个数据库账号和数据库，写好 /etc/gongkai 下的两个设置文件、PgBouncer、nginx，建表，启动各项服务。设置已经改过的不再改动，退出并说明。
set -eu
test $# -eq 1 || { echo "用法：setup.sh 网站域名" >&2; exit 2; }
site=$1 here=$(cd "$(dirname "$0")" && pwd) settings=/etc/gongkai/gongkai.env owners=/etc/gongkai/owner.env certificates=/etc/gongkai/certificates
fail() { echo "错误：$1" >&2; exit 1; }
case $site in *[!A-Za-z0-9.-]*) fail "请写域名，现在是 $site" ;; esac
grep -q '^#DATABASE_URL=.*CHANGE-ME' "$settings" || fail "$settings 已经改过，没有改动：这台机器已经配过，或者请照文档逐项配置"
for name in site.pem site.key; do
  test -s "$certificates/$name" || fail "没有网站证书 $certificates/$name：请先放好（site.pem 是证书和中间证书，site.key 是私钥）"
done
set -- $(pg_lsclusters -h | awk '$2 == "main" { print $1, $3 }')
test $# -eq 2 || fail "没有名为 main 的 PostgreSQL 集群（apt-get install postgresql）"
cluster=/etc/postgresql/$1/main port=$2
test "$port" = 5432 || fail "PostgreSQL 的 main 集群不在 5432 端口（现在是 $port），请照文档逐项配置"
umask 027

# 数据库占用内存：本机的八分之一。
size=$(awk '/^MemTotal/ { print int($2 / 1024 / 8) }' /proc/meminfo)
sed "s/^shared_buffers = .*/shared_buffers = ${size}MB/; s/^effective_cache_size = .*/effective_cache_size = $((size * 3))MB/; s/^maintenance_work_mem = .*/maintenance_work_mem = $((size / 8 + 16))MB/" \
  "$here/postgresql/primary.conf" > "$cluster/conf.d/gongkai.conf"
chmod 644 "$cluster/conf.d/gongkai.conf"
systemctl restart "postgresql@$1-main"
owner=$(openssl rand -hex 24) word=$(openssl rand -hex 24) secret=$(openssl rand -hex 24)
(cd / && runuser -u postgres -- psql -qX -v ON_ERROR_STOP=1) <<END || fail "没有建成数据库"
CREATE ROLE gongkai_owner LOGIN CREATEDB PASSWORD '$owner';
CREATE ROLE gongkai LOGIN PASSWORD '$word';
CREATE DATABASE gongkai OWNER gongkai_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
END

install -o postgres -g postgres -m 0640 "$here/pgbouncer/pgbouncer.ini" /etc/pgbouncer/pgbouncer.ini
echo "\"gongkai\" \"$word\"" > /etc/pgbouncer/userlist.txt && chown postgres:postgres /etc/pgbouncer/userlist.txt
systemctl restart pgbouncer
cp "$here/nginx-site.conf" /etc/nginx/gongkai-site.conf
sed "s/CHANGE-ME/$secret/g" "$here/nginx.conf" > /etc/nginx/conf.d/gongkai.conf && chmod 640 /etc/nginx/conf.d/gongkai.conf
rm -f /etc/nginx/sites-enabled/default
nginx -tq || fail "nginx 不接受设置或证书，见上一行"
sed -i "s/^#GONGKAI_DIRECT_URL=/GONGKAI_DIRECT_URL=/; s/CHANGE-ME/$owner/" "$owners"
# 从库的两行仍是注释，密码已经写好。
sed -i "s/www\.example\.gov\.cn/$site/g; s/^#DATABASE_URL=/DATABASE_URL=/; s/^#GONGKAI_POOLER=/GONGKAI_POOLER=/
  s/^GONGKAI_CACHE_SECRET=CHANGE-ME/GONGKAI_CACHE_SECRET=$secret/; /^#*\(DATABASE_URL\|GONGKAI_DIRECT_URL\|GONGKAI_REPLICA_URL\)=/s/CHANGE-ME/$word/g" "$settings"

gongkai manage migrate --noinput -v 0
gongkai grants gongkai
systemctl enable -q --now gongkai gongkai-worker gongkai-due.timer gongkai-backup.timer gongkai-mirror-verify.timer
systemctl restart nginx
echo "已配好：https://$site/admin/。首次安装接着运行 gongkai init，再用 gongkai check 看还缺什么。"
