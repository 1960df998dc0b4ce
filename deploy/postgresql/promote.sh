#!/bin/sh
# 让本机的从库接替主库：promote.sh [--force] [集群名]（root，在从库的机器上）。一条命令：提升、让本机的 PgBouncer 指向本机、把主库的变更登记到流水。
# 主库还连得上时拒绝执行：两个主库会各写各的。--force：主库虽能连上，确实不再使用（请先停掉它）。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
force=no cluster=main
for one in "$@"; do case $one in --force) force=yes ;; -*) echo "用法：promote.sh [--force] [集群名]" >&2; exit 2 ;; *) cluster=$one ;; esac; done
fail() { echo "错误：$1" >&2; exit 1; }
set -- $(pg_lsclusters -h | awk -v name="$cluster" '$2 == name { print $1, $3 }')
test $# -ge 2 || fail "本机没有名为 $cluster 的 PostgreSQL 集群（pg_lsclusters 列出全部）"
port=$2
ask() { runuser -u postgres -- psql -p "$port" -d "${2:-postgres}" -qXAtc "$1"; }
case $(ask "SELECT pg_is_in_recovery()" || true) in
  t) ;;
  f) fail "本机的 $cluster 不是从库，没有改动" ;;
  *) fail "本机的 $cluster 没有运行，没有改动：请先启动它" ;;
esac
primary=$(ask "SELECT conninfo FROM pg_stat_wal_receiver")
where=$(ask "SHOW primary_conninfo" | sed -n "s/.*host='\{0,1\}\([^' ]*\).*/\1/p")
at=$(ask "SHOW primary_conninfo" | sed -n "s/.*port='\{0,1\}\([^' ]*\).*/\1/p")
if test "$force" = no; then
  test -z "$primary" || fail "还在从主库 $where 接收数据，没有提升：请先停掉主库；确实要换的，加 --force"
  if pg_isready -q -t 5 -h "$where" -p "${at:-5432}"; then fail "主库 $where 还连得上，没有提升：请先停掉它；确实要换的，加 --force"; fi
fi
test "$(ask "SELECT pg_promote()")" = t || fail "没有提升成功，请看 PostgreSQL 的日志"
echo "已提升：本机的 $cluster 现在是主库"
if test -e /etc/pgbouncer/pgbouncer.ini; then sh "$here/../pgbouncer/point.sh" 127.0.0.1 "$port"; fi
"${GONGKAI:-/usr/local/bin/gongkai}" promote || echo "注意：登记没有成功。程序连上新主库以后请运行：gongkai promote" >&2
echo "接着：在其他运行程序的机器上各执行一次 /opt/gongkai/deploy/pgbouncer/point.sh 本机地址；旧主库修好后，只能用 standby.sh 重做成从库。"
