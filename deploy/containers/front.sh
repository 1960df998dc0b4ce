#!/bin/sh
# compose.yaml 的 nginx：样本（docs/portal/nginx.conf）换上这个网络的地址、密码和端口。front.sh 服务器 服务器
# 8080 给程序，它在那里让 nginx 拿走文件；8081、8443 给读者；有 certificates/site.pem 和 site.key 的，8081 只引到 https。
set -eu
umask 077
own=/opt/gongkai/deploy/nginx.conf site=/tmp/site.conf keys=/etc/gongkai/certificates
secret=$(cat /run/secrets/cache_secret)
cp "$own" "$site"
put() { # 样本里的，换成的
  grep -qF "$1" "$site" || { echo "nginx.conf 里没有“$1”" >&2; exit 1; }
  awk -v old="$1" -v new="$2" '{ while ((at = index($0, old)) > 0) $0 = substr($0, 1, at - 1) new substr($0, at + length(old)); print }' "$site" > "$site.new"
  mv "$site.new" "$site"
}
put "server 127.0.0.1:8000 max_fails" "server $1:8000 max_fails"
put "# server 10.0.0.12:8000 backup" "server $2:8000 max_fails=1 fail_timeout=2s" # 两个都写 /srv/pages
put "# server 10.0.0.12:8000" "server $2:8000"
put CHANGE-ME "$secret"
put "/etc/nginx/gongkai-site.conf" "/opt/gongkai/deploy/nginx-site.conf"
put "listen 127.0.0.1:8088;" "listen 8080;"
put "/var/log/gongkai/access.log" "/dev/stdout" # 容器的日志进本机的 systemd 日志
if test -e "$keys/site.pem"; then
  put "listen 80;" "listen 8081;"
  put "listen 443 ssl http2;" "listen 8443 ssl http2;"
else
  put "listen 80;" "listen 127.0.0.1:8082;" # 不引走任何人
  put "listen 443 ssl http2;" "listen 8081;"
  put "ssl_certificate /etc/gongkai/certificates/site.pem;" ""
  put "ssl_certificate_key /etc/gongkai/certificates/site.key;" ""
fi
cat > /tmp/nginx.conf <<END
daemon off; worker_processes auto; pid /tmp/nginx.pid; error_log stderr warn;
events { worker_connections 4096; }
http {
  include /etc/nginx/mime.types; access_log off;
  client_body_temp_path /tmp/body; proxy_temp_path /var/cache/nginx/proxy; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  include $site;
}
END
find /srv/pages/now -mindepth 1 -delete || true # 停着的时候撤下的网页不能还在：写下的都不要了，程序再写
exec nginx -c /tmp/nginx.conf -e stderr
