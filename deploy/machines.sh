#!/bin/sh
# 把本机设成两台中的一台：machines.sh 本机地址 另一台地址（root；allow.sh、second.sh 会调用，可以重复执行）。
# 程序、数据库、PgBouncer、nginx 彼此只走 TLS，核对内部 CA 和地址（certificates.sh 发的证书）。
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
. "$here/settings.sh"
own=$1 peer=$2 folder=/etc/gongkai/certificates settings=/etc/gongkai/gongkai.env owners=/etc/gongkai/owner.env
test -s "$folder/machine-$own.pem" || fail "没有 $own 的证书：请在第一台上执行 allow.sh"
# postgres 在 Debian 的 ssl-cert 组里；程序也要读机器证书的私钥。
usermod -aG ssl-cert gongkai && usermod -aG ssl-cert postgres
install -m 0644 "$folder/machine-$own.pem" "$folder/machine.pem"
install -o root -g ssl-cert -m 0640 "$folder/machine-$own.key" "$folder/machine.key"
install -m 0644 "$folder/machines-ca.pem" /usr/local/share/ca-certificates/gongkai-machines.crt && update-ca-certificates >/dev/null 2>&1

words="sslmode=verify-full&sslrootcert=$folder/machines-ca.pem"
for file in "$settings" "$owners"; do
  login=$(sed -n 's|^#*GONGKAI_DIRECT_URL=\(postgres://[^@]*\)@.*|\1|p' "$file" | tail -n 1)
  put "$file" GONGKAI_DIRECT_URL "$login@$own:5432/gongkai?$words $login@$peer:5432/gongkai?$words"
done
put "$settings" GONGKAI_LISTEN "$own"

for conf in /etc/postgresql/*/main/conf.d; do
  printf "# machines.sh 所写：机器之间的证书\nssl = on\nssl_cert_file = '%s/machine.pem'\nssl_key_file = '%s/machine.key'\n" "$folder" "$folder" > "$conf/gongkai-tls.conf"
  chmod 644 "$conf/gongkai-tls.conf"
done
for name in $(pg_lsclusters -h | awk '$2 == "main" && $4 ~ /^online/ { print $1 }'); do pg_ctlcluster "$name" main reload; done
ini=/etc/pgbouncer/pgbouncer.ini
sed -i "s|^server_tls_sslmode = .*|server_tls_sslmode = verify-full\nserver_tls_ca_file = $folder/machines-ca.pem|; /^server_tls_ca_file/d" "$ini"
systemctl restart pgbouncer

site=/etc/nginx/conf.d/gongkai.conf
sed -i "s|^    server [0-9.a-fA-F:]*:8000 max_fails=1 fail_timeout=2s;\$|    server $own:8000 max_fails=1 fail_timeout=2s;|
  s|^    \(# \)*server [0-9.a-fA-F:]*:8000 max_fails=1 fail_timeout=2s;  # |    server $peer:8000 max_fails=1 fail_timeout=2s;  # |
  s|^    \(# \)*server [0-9.a-fA-F:]*:8000 backup;|    server $peer:8000 backup;|; s|gongkai_scheme { default http; }|gongkai_scheme { default https; }|" "$site"
grep -q "gongkai_scheme { default https; }" "$site" || fail "$site 不是这一版的样子：请照 /opt/gongkai/deploy/nginx.conf 改好再执行"
sed "s|OWN-ADDRESS|$own|" "$here/nginx-machines.conf" > /etc/nginx/conf.d/gongkai-machines.conf
