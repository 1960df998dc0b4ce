#!/bin/sh
# 离线安装：在解开的安装包里运行 sudo sh install.sh --key release.pub
# 选项：--key 公钥（核验签名）  --prefix 程序目录（/opt/gongkai）  --data 数据目录（/srv/gongkai）  --no-services（不建账号和系统服务）  --containers（装成容器：docker 或 podman）
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/opt/gongkai data=/srv/gongkai key='' services=yes containers=no
fail() { echo "错误：$1" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --key | --prefix | --data) [ $# -gt 1 ] || fail "$1 后面缺少值" ;;
  esac
  case $1 in
    --key) key=$2; shift 2 ;;
    --prefix) prefix=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    --no-services) services=no; shift ;;
    --containers) containers=yes; shift ;;
    *) fail "没有这个选项：$1" ;;
  esac
done
if [ -n "$key" ]; then key=$(cd "$(dirname "$key")" && pwd)/$(basename "$key"); fi
cd "$here"

[ "$(uname -m)" = "$(cat ARCH)" ] || fail "这个安装包是给 $(cat ARCH) 的，本机是 $(uname -m)"
if [ -n "$key" ]; then
  openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig >/dev/null 2>&1 || fail "签名无效：安装包不是持有这把钥匙的人所发，没有安装"
else
  echo "注意：没有给 --key，只核对摘要值，不能确认是谁发的安装包。"
fi
sha256sum --quiet --check SHA256SUMS || fail "有文件与清单不符，没有安装"
find . -type f ! -name SHA256SUMS ! -name SHA256SUMS.sig | sed 's|^\./||' | sort > "${TMPDIR:-/tmp}/gongkai-there.$$"
cut -c67- SHA256SUMS | sort > "${TMPDIR:-/tmp}/gongkai-listed.$$"
strange=$(comm -23 "${TMPDIR:-/tmp}/gongkai-there.$$" "${TMPDIR:-/tmp}/gongkai-listed.$$"); rm -f "${TMPDIR:-/tmp}/gongkai-there.$$" "${TMPDIR:-/tmp}/gongkai-listed.$$"
[ -z "$strange" ] || fail "有清单以外的文件：$(echo "$strange" | head -n 1)，没有安装"

if [ "$containers" = yes ]; then exec sh deploy/containers/install.sh "$prefix"; fi

broken() { rm -rf "$new"; fail "$1，没有换上"; }
python=$(command -v python3.11) || fail "需要 Python 3.11（系统软件包见 packages.txt）"
mkdir -p "$prefix"
# 新版本装在旁边，装好了才换上：旧的留作退回（deploy/version.sh），九十天以后删去，正在用的和上一版总是留着。同一个安装包装好了的，不再装。
sums=$(sha256sum < SHA256SUMS | cut -c1-64)
new=$(grep -lsx "$sums" "$prefix"/venv-*/installed-from | head -n 1 || true)
if [ -n "$new" ] && "${new%/*}/bin/gongkai" --version >/dev/null 2>&1; then
  new=${new%/*}
else
  new=$prefix/venv-$(cat VERSION)-$(date +%Y%m%d%H%M%S)
  "$python" -m venv "$new" || broken "需要 python3.11-venv"
  "$new/bin/python" -m pip install -q --disable-pip-version-check --no-index --find-links wheels --require-hashes --no-deps -r requirements.txt || broken "装不上依赖包"
  "$new/bin/python" -m pip install -q --disable-pip-version-check --no-index --no-deps wheels/gongkai-*.whl || broken "装不上程序"
  echo "$sums" > "$new/installed-from"
fi
last=$(readlink "$prefix/venv" || true) before=$(ls -t "$prefix"/venv-*/installed-from | grep -vx "$new/installed-from" | head -n 1 || true)
ln -sfn "$new" "$prefix/venv.new" && mv -T "$prefix/venv.new" "$prefix/venv"
find "$prefix" -maxdepth 1 -name 'venv-*' -mtime +90 ! -path "$new" ! -path "${last:-$new}" ! -path "${before%/*}" -exec rm -rf {} +
rm -rf "$prefix/static" "$prefix/deploy.new" && cp -r deploy "$prefix/deploy.new" && chmod -R a+rX "$prefix/deploy.new"
# 改过的设置（/etc 里的）不动，样本有变化的说明。
if [ "$services" = yes ] && [ -d "$prefix/deploy" ]; then
  for one in nginx.conf nginx-machines.conf postgresql/primary.conf postgresql/archive.conf pgbouncer/pgbouncer.ini gongkai.env; do
    if [ -e "$prefix/deploy/$one" ] && ! diff -u "$prefix/deploy/$one" "deploy/$one" > "$prefix/difference"; then
      echo "样本 $one 与上一版不同，请照着改 /etc 里的："; sed 1,2d "$prefix/difference"
    fi
  done
fi
rm -rf "$prefix/deploy" && mv "$prefix/deploy.new" "$prefix/deploy"

if [ "$services" = yes ]; then
  id gongkai >/dev/null 2>&1 || useradd --system --home-dir "$data" --shell /usr/sbin/nologin gongkai
  install -d -o gongkai -g gongkai -m 0700 "$data"
  # 挂着的盘已经归谁的（另一台机器的 gongkai，编号可能不同），不动。
  if ! test -e /srv/backup || test "$(stat -c %u /srv/backup)" = 0; then install -d -o gongkai -g gongkai -m 0700 /srv/backup; fi
  install -d -o gongkai -g gongkai -m 0755 /srv/mirror
  # 写下的网页：程序写，nginx 也拿走，两个账号在一个组里。
  getent group gongkai-pages >/dev/null || groupadd --system gongkai-pages
  usermod -aG gongkai-pages gongkai && usermod -aG gongkai-pages www-data
  install -d -o gongkai -g gongkai-pages -m 2770 /srv/pages /srv/pages/now /srv/pages/changed
  install -d -m 0755 /etc/gongkai /etc/gongkai/certificates /var/cache/nginx
  install -d -o www-data -g adm -m 0750 /var/log/gongkai
  [ -e /etc/gongkai/gongkai.env ] || install -o root -g gongkai -m 0640 deploy/gongkai.env /etc/gongkai/gongkai.env
  [ -e /etc/gongkai/owner.env ] || install -o root -g root -m 0600 deploy/owner.env /etc/gongkai/owner.env
  cp -r deploy/systemd/. /etc/systemd/system/ && rm /etc/systemd/system/hardening.conf
  for one in gongkai.service.d gongkai-.service.d; do install -D -m 0644 deploy/systemd/hardening.conf "/etc/systemd/system/$one/hardening.conf"; done
  systemctl daemon-reload
  # 各台机器的日志、备份的名称都按北京时间。
  if [ -e /usr/share/zoneinfo/Asia/Shanghai ] && [ "$(readlink -f /etc/localtime)" != /usr/share/zoneinfo/Asia/Shanghai ]; then
    ln -sfn /usr/share/zoneinfo/Asia/Shanghai /etc/localtime && echo "本机的时区已设为 Asia/Shanghai"
  fi
  install -m 0644 deploy/logs/logrotate /etc/logrotate.d/gongkai
  if ! cmp -s deploy/logs/journald.conf /etc/systemd/journald.conf.d/gongkai.conf; then
    install -D -m 0644 deploy/logs/journald.conf /etc/systemd/journald.conf.d/gongkai.conf && systemctl restart systemd-journald
  fi
  # 不用改的一份随版本更新；nginx 不接受的，照旧。
  if [ -e /etc/nginx/gongkai-site.conf ] && ! cmp -s deploy/nginx-site.conf /etc/nginx/gongkai-site.conf; then
    cp -p /etc/nginx/gongkai-site.conf /etc/nginx/gongkai-site.conf.before && cp deploy/nginx-site.conf /etc/nginx/gongkai-site.conf
    if nginx -tq; then
      systemctl try-reload-or-restart nginx && echo "已换上新的 /etc/nginx/gongkai-site.conf，原来的留在 gongkai-site.conf.before"
    else
      mv /etc/nginx/gongkai-site.conf.before /etc/nginx/gongkai-site.conf
      echo "注意：nginx 不接受新的 nginx-site.conf，照旧用原来的：请先按上面的不同改好 /etc/nginx/conf.d/gongkai.conf，再运行一次 install.sh"
    fi
  fi
  sed "s|/opt/gongkai|$prefix|" deploy/gongkai.sh > /usr/local/bin/gongkai && chmod 755 /usr/local/bin/gongkai
  echo "已装好。首次安装接着放好网站证书，运行：sh deploy/setup.sh 网站域名"
else
  mkdir -p "$data" && chmod 700 "$data"
  echo "已装好：GONGKAI_DATA=$data $prefix/venv/bin/gongkai serve"
fi
echo "首次安装接着运行 gongkai init；随时用 gongkai check 看还缺什么。退回：$prefix/deploy/version.sh 版本号。"
