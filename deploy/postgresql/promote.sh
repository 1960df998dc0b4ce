#!/bin/sh
# 让本机的从库接替主库：promote.sh [--force] [--machine] [集群名]（root，在从库的机器上）。提升、打开归档、让本机的 PgBouncer 指向本机、把主库的变更登记到流水。
# --machine：第一台整台没了，本机的 nginx、网页文件、定时、备份也打开（second.sh 备好的）。可以重复执行：已经提升的，只做后面的。
# 主库还连得上时拒绝执行：两个主库会各写各的。--force：主库虽能连上，确实不再使用（请先停掉它）。
set -eu
here=$(cd "$(dirname "$0")" && pwd) settings=/etc/gongkai/gongkai.env
. "$here/../settings.sh"
force=no machine=no cluster=main
for one in "$@"; do case $one in --force) force=yes ;; --machine) machine=yes ;; -*) echo "用法：promote.sh [--force] [--machine] [集群名]" >&2; exit 2 ;; *) cluster=$one ;; esac; done
if test "$machine" = yes; then test -e "$settings" && test -e /etc/nginx/conf.d/gongkai.conf || fail "本机没有用 second.sh 备好，没有改动：请照 docs/deploying.md 另装一台，从备份恢复"; fi
set -- $(pg_lsclusters -h | awk -v name="$cluster" '$2 == name { print $1, $3 }')
test $# -ge 2 || fail "本机没有名为 $cluster 的 PostgreSQL 集群（pg_lsclusters 列出全部）"
version=$1 port=$2
ask() { (cd / && runuser -u postgres -- psql -p "$port" -d "${2:-postgres}" -qXAtc "$1"); }
case $(ask "SELECT pg_is_in_recovery()" || true) in
  t)
    primary=$(ask "SELECT conninfo FROM pg_stat_wal_receiver")
    where=$(ask "SHOW primary_conninfo" | sed -n "s/.*host='\{0,1\}\([^' ]*\).*/\1/p")
    at=$(ask "SHOW primary_conninfo" | sed -n "s/.*port='\{0,1\}\([^' ]*\).*/\1/p")
    if test "$force" = no; then
      test -z "$primary" || fail "还在从主库 $where 接收数据，没有提升：请先停掉主库；确实要换的，加 --force"
      if pg_isready -q -t 5 -h "$where" -p "${at:-5432}"; then fail "主库 $where 还连得上，没有提升：请先停掉它；确实要换的，加 --force"; fi
    fi
    test "$(ask "SELECT pg_promote()")" = t || fail "没有提升成功，请看 PostgreSQL 的日志"
    echo "已提升：本机的 $cluster 现在是主库"
    ;;
  f) test -e "/etc/postgresql/$version/$cluster/conf.d/gongkai-standby.conf" || fail "本机的 $cluster 不是从库，也不曾是，没有改动"
    echo "本机的 $cluster 已是主库，只做后面的" ;;
  *) fail "本机的 $cluster 没有运行，没有改动：请先启动它" ;;
esac
if test -e /etc/pgbouncer/pgbouncer.ini; then sh "$here/../pgbouncer/point.sh" 127.0.0.1 "$port"; fi
# 本机的已不是从库：程序再启动时不再当从库读。
test ! -e "$settings" || drop "$settings" GONGKAI_REPLICA_URL
"${GONGKAI:-/usr/local/bin/gongkai}" promote || echo "注意：登记没有成功。程序连上新主库以后请运行：gongkai promote" >&2
if test -d /srv/archive && ! test "$(ask "SHOW archive_mode")" = on; then
  install -m 0644 "$here/archive.conf" "/etc/postgresql/$version/$cluster/conf.d/gongkai-archive.conf"
  pg_ctlcluster "$version" "$cluster" restart
fi
if test "$(ask "SHOW archive_mode")" = on && systemctl cat gongkai-base.timer >/dev/null 2>&1; then
  systemctl enable -q --now gongkai-base.timer && systemctl start --no-block gongkai-base # 新的时间线从一份新的基础备份开始
  echo "归档已打开，正在作基础备份"
else
  echo "注意：没有归档（/srv/archive），只有每夜备份"
fi
if test "$machine" = yes; then
  put "$settings" GONGKAI_PAGES /srv/pages
  put "$settings" GONGKAI_CACHES pages=http://127.0.0.1:8088
  nginx -tq || fail "nginx 不接受设置或证书，见上一行"
  systemctl enable -q --now nginx gongkai-due.timer gongkai-mirror-verify.timer && systemctl restart gongkai gongkai-worker nginx
  systemctl enable -q --now gongkai-backup.timer
  test -e /etc/gongkai/backup.key.pub || echo "注意：没有备份公钥 /etc/gongkai/backup.key.pub，不能备份（gongkai backup keygen）"
  echo "本机已接替整台：请把域名（或者浮动地址）指向本机，运行 gongkai check"
fi
echo "接着：在其他运行程序的机器上各执行一次 /opt/gongkai/deploy/pgbouncer/point.sh 本机地址；旧主库修好后，只能重做成从库（allow.sh、second.sh --again）。"
