#!/bin/sh
# 在主库上执行一次：允许一台机器作从库，并让它上面的程序连到本机：allow.sh 从库地址 [集群名]（root）。显示的密码在从库上用（standby.sh 会问）。
set -eu
test $# -ge 1 || { echo "用法：allow.sh 从库地址 [集群名]" >&2; exit 2; }
address=$1 cluster=${2:-main}
case $address in *[!0-9a-fA-F.:]*) echo "错误：请写 IP 地址，现在是 $address" >&2; exit 2 ;; *:*) range=$address/128 ;; *) range=$address/32 ;; esac
set -- $(pg_lsclusters -h | awk -v name="$cluster" '$2 == name { print $1, $3 }')
test $# -ge 2 || { echo "错误：本机没有名为 $cluster 的 PostgreSQL 集群（pg_lsclusters 列出全部）" >&2; exit 1; }
version=$1 port=$2 hba=/etc/postgresql/$1/$cluster/pg_hba.conf
ask() { runuser -u postgres -- psql -p "$port" -d postgres -qXAt -v ON_ERROR_STOP=1 "$@"; }
test "$(ask -c "SHOW ssl")" = on || { echo "错误：PostgreSQL 没有打开 TLS（ssl = on，证书见 ssl_cert_file），数据会在网上明文传送，没有改动" >&2; exit 1; }
# 已有从库时沿用原来的密码。
if test "$(ask -c "SELECT count(*) FROM pg_roles WHERE rolname = 'gongkai_replica'")" = 0; then
  password=$(openssl rand -hex 24)
  ask -v word="$password" <<'END'
CREATE ROLE gongkai_replica LOGIN REPLICATION PASSWORD :'word';
END
  install -m 0600 /dev/null /root/gongkai-replica.password && echo "$password" > /root/gongkai-replica.password
fi
# samehost：本机的程序按本机地址连接时也放行（GONGKAI_DIRECT_URL 两台都写）。gongkai_owner 还要连核验备份用的临时的库。
for line in "hostssl replication,postgres gongkai_replica $range scram-sha-256" "hostssl gongkai gongkai $range scram-sha-256" \
  "hostssl all gongkai_owner $range scram-sha-256" "hostssl gongkai gongkai samehost scram-sha-256" "hostssl all gongkai_owner samehost scram-sha-256"; do
  grep -qxF "$line" "$hba" || echo "$line" >> "$hba"
done
case $(ask -c "SHOW listen_addresses") in
  '*' | 0.0.0.0*) pg_ctlcluster "$version" "$cluster" reload ;;
  *) ask -c "ALTER SYSTEM SET listen_addresses = '*'" && pg_ctlcluster "$version" "$cluster" restart && echo "已让 PostgreSQL 监听所有地址（重新启动了一次）：请用防火墙只放行 $address" ;;
esac
echo "已允许 $address 作从库。复制用的密码在本机 /root/gongkai-replica.password，在从库上执行：standby.sh 本机地址"
