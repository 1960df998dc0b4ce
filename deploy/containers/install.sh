#!/bin/sh
# 由 install.sh --containers 调用（已核验签名和清单）：载入镜像，写好 compose 目录。install.sh 程序目录
# 已有的设置（.env、gongkai.env、postgresql.conf、secrets/、certificates/）不动，只换版本号和 compose.yaml。
set -eu
to=$1/compose
umask 027
fail() { echo "错误：$1" >&2; exit 2; }
test -e image.tar || fail "这个安装包里没有镜像：请用 make bundle IMAGE=docker 制作的安装包"
engine=$(command -v docker || command -v podman) || fail "需要 docker 或者 podman"
version=$(cat VERSION)
"$engine" load -q -i image.tar || fail "载入镜像没有成功"
mkdir -p "$to/secrets" "$to/certificates"
chmod 711 "$to" && chmod 710 "$to/secrets" && chown 0:990 "$to/secrets"
for one in owner_password database_password replica_password cache_secret store_secret; do
  test -s "$to/secrets/$one" || { openssl rand -hex 24 > "$to/secrets/$one"; }
  chown 0:990 "$to/secrets/$one" && chmod 440 "$to/secrets/$one"
done
chown 0:990 "$to/certificates" && chmod 750 "$to/certificates"
test -e "$to/gongkai.env" || install -m 0640 deploy/containers/gongkai.env "$to/gongkai.env"
# 数据库用多少内存：本机的八分之一（从库同样大小）。
if ! test -e "$to/postgresql.conf"; then
  size=$(awk '/^MemTotal/ { print int($2 / 1024 / 8) }' /proc/meminfo)
  printf '# 本机的 PostgreSQL 设置，写在 deploy/postgresql/primary.conf 之后。\nshared_buffers = %sMB\neffective_cache_size = %sMB\nmaintenance_work_mem = %sMB\n' \
    "$size" $((size * 3)) $((size / 8 + 16)) > "$to/postgresql.conf"
fi
chmod 644 "$to/postgresql.conf"
backup=$(sed -n 's/^GONGKAI_BACKUP=//p' "$to/.env" 2>/dev/null || true)
install -d -o 990 -g 990 -m 0700 "${backup:-/srv/backup}"
if test -e "$to/.env"; then
  old=$(sed -n 's/^GONGKAI_VERSION=//p' "$to/.env")
  test "$old" = "$version" || cp -p "$to/compose.yaml" "$to/compose-$old.yaml"
  sed -i "s/^GONGKAI_VERSION=.*/GONGKAI_VERSION=$version/" "$to/.env"
else
  cat > "$to/.env" <<END
COMPOSE_PROJECT_NAME=gongkai
GONGKAI_VERSION=$version
# replica：再运行一个从库（gongkai.env 里同时写 GONGKAI_REPLICA_URL）；store：再运行一个对象存储（同时写 GONGKAI_FILES 等）；都要：replica,store
COMPOSE_PROFILES=
# 网段的前三段、对外端口、备份目录
GONGKAI_NET=172.31.250
GONGKAI_HTTP=80
GONGKAI_TLS=443
GONGKAI_BACKUP=/srv/backup
END
fi
install -m 0644 deploy/compose.yaml "$to/compose.yaml"
# 容器的日志进本机的 systemd 日志，至少留六个月。
if [ -d /run/systemd/system ] && ! cmp -s deploy/logs/journald.conf /etc/systemd/journald.conf.d/gongkai.conf; then
  install -D -m 0644 deploy/logs/journald.conf /etc/systemd/journald.conf.d/gongkai.conf && systemctl restart systemd-journald
fi
echo "已载入镜像 localhost/gongkai:$version，设置在 $to。请改 gongkai.env，放好证书（certificates/site.pem、site.key），再在该目录运行：docker-compose up -d"
echo "首次安装接着运行：docker-compose exec app1 gongkai init；随时用 docker-compose exec app1 gongkai check 看还缺什么。"
