#!/bin/sh
# 让本机的 PgBouncer 指向主库：point.sh 主库地址 [端口]（root）。提升从库以后，在每台运行程序的机器上执行一次；promote.sh 在新主库上已经执行。
set -eu
test $# -ge 1 || { echo "用法：point.sh 主库地址 [端口]" >&2; exit 2; }
own=${PGBOUNCER_INI:-/etc/pgbouncer/pgbouncer.ini}
case $1${2:-} in *[!A-Za-z0-9.:/_-]*) echo "错误：地址写法不对：$1" >&2; exit 2 ;; esac
grep -q '^gongkai = ' "$own" || { echo "错误：$own 里没有“gongkai = ”一行，没有改动" >&2; exit 1; }
cp -p "$own" "$own.new"
sed -i "s|^gongkai = .*|gongkai = host=$1 port=${2:-5432} dbname=gongkai|" "$own.new"
mv "$own.new" "$own"
if test -z "${PGBOUNCER_INI:-}"; then systemctl reload pgbouncer; fi
echo "本机的 PgBouncer 已指向 $1:${2:-5432}，运行中的程序不必重新启动"
