#!/bin/sh
# compose.yaml 的对象存储：一块盘上的 OpenStack Swift（Apache 许可，Debian 的软件包），按 S3 的协议在 8070 端口。
# 永远不能变的（路径的盐、环）第一次启动时造，与文件一起在卷里。
set -eu
root=/srv/store me=$(id -un)
umask 077
mkdir -p "$root/disks/one" /tmp/swift
if test ! -e "$root/made"; then
  # 先建在旁边：中途停下留下的，重新建。
  rm -rf "$root/rings" && mkdir "$root/rings"
  printf '[swift-hash]\nswift_hash_path_suffix = %s\nswift_hash_path_prefix = %s\n' "$(openssl rand -hex 16)" "$(openssl rand -hex 16)" > "$root/swift.conf"
  printf '[storage-policy:0]\nname = one\ndefault = yes\n' >> "$root/swift.conf"
  for one in account:6202 container:6201 object:6200; do
    ring=$root/rings/${one%:*}.builder
    swift-ring-builder "$ring" create 10 1 1 > /dev/null
    swift-ring-builder "$ring" add "r1z1-127.0.0.1:${one#*:}/one" 1 > /dev/null
    swift-ring-builder "$ring" rebalance > /dev/null
  done
  sync && touch "$root/made"
  echo "已建立对象存储"
fi

own() { # 端口、地址：每个服务器的开头
  printf '[DEFAULT]\nbind_ip = %s\nbind_port = %s\nuser = %s\nswift_dir = %s/rings\nlog_level = WARNING\n' "$2" "$1" "$me" "$root"
}
for one in account:6202 container:6201 object:6200; do
  kind=${one%:*}
  {
    own "${one#*:}" 127.0.0.1
    printf 'devices = %s/disks\nmount_check = false\nfallocate_reserve = 2%%\nrecon_cache_path = /tmp/swift\n' "$root"
    printf '[pipeline:main]\npipeline = %s-server\n[app:%s-server]\nuse = egg:swift#%s\n' "$kind" "$kind" "$kind"
    printf '[%s-auditor]\nrecon_cache_path = /tmp/swift\n[%s-updater]\nrecon_cache_path = /tmp/swift\n[%s-replicator]\nrecon_cache_path = /tmp/swift\n' "$kind" "$kind" "$kind"
  } > "/tmp/swift/$kind.conf"
done
{
  own 8070 0.0.0.0
  cat <<END
workers = 2
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# 有签名链接的，别的网站的脚本也可以取（文件不分种类）；桶本身仍不公开。
cors_allow_origin = *
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:11211
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
cors_preflight_allow_origin = *
[filter:tempauth]
use = egg:swift#tempauth
user_gongkai_files = $(cat /run/secrets/store_secret) .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
END
} > /tmp/swift/proxy.conf

running=
begin() {
  "$@" & running="$running $!"
}
trap 'kill $running 2>/dev/null; wait; exit 0' TERM INT
begin memcached -l 127.0.0.1 -p 11211 -U 0 -m 64
for kind in account container object; do begin "swift-$kind-server" "/tmp/swift/$kind.conf" -v; done
begin swift-proxy-server /tmp/swift/proxy.conf -v
# 某一部分忙时写下的，补做完；盘上坏掉的字节，找出来写明。
for work in container-updater object-updater object-auditor container-auditor account-auditor; do
  begin "swift-$work" "/tmp/swift/${work%-*}.conf" -v
done
# 要么全在，要么全不在：有一个结束，容器就结束，重新启动。
while :; do
  for one in $running; do kill -0 "$one" 2>/dev/null || { echo "对象存储有一部分停了，重新启动" >&2; kill $running 2>/dev/null; exit 1; }; done
  sleep 5 & wait $!
done
