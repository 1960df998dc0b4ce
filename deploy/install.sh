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

python=$(command -v python3.11) || fail "需要 Python 3.11（系统软件包见 packages.txt）"
mkdir -p "$prefix"
# 新版本装在旁边，装好了才换上：旧的一份留作退回。
new=$prefix/venv-$(date +%Y%m%d%H%M%S)
"$python" -m venv "$new" || fail "需要 python3.11-venv"
"$new/bin/python" -m pip install -q --disable-pip-version-check --no-index --find-links wheels --require-hashes --no-deps -r requirements.txt || fail "装不上依赖包"
"$new/bin/python" -m pip install -q --disable-pip-version-check --no-index --no-deps wheels/gongkai-*.whl || fail "装不上程序"
ln -sfn "$new" "$prefix/venv.new" && mv -T "$prefix/venv.new" "$prefix/venv"
rm -rf "$prefix/static" && cp -r static "$prefix/static"
rm -rf "$prefix/deploy" && mkdir "$prefix/deploy" && cp -r deploy/postgresql deploy/pgbouncer deploy/backup.sh "$prefix/deploy/" && chmod -R a+rX "$prefix/deploy"

if [ "$services" = yes ]; then
  id gongkai >/dev/null 2>&1 || useradd --system --home-dir "$data" --shell /usr/sbin/nologin gongkai
  install -d -o gongkai -g gongkai -m 0700 "$data" /srv/backup
  install -d -o gongkai -g gongkai -m 0755 /srv/mirror
  # 写下的网页：程序写，nginx 也拿走，两个账号在一个组里。
  getent group gongkai-pages >/dev/null || groupadd --system gongkai-pages
  usermod -aG gongkai-pages gongkai && usermod -aG gongkai-pages www-data
  install -d -o gongkai -g gongkai-pages -m 2770 /srv/pages /srv/pages/now /srv/pages/changed
  install -d -m 0755 /etc/gongkai /var/cache/nginx
  install -d -m 0750 /etc/gongkai/certificates
  [ -e /etc/gongkai/gongkai.env ] || install -o root -g gongkai -m 0640 deploy/gongkai.env /etc/gongkai/gongkai.env
  [ -e /etc/gongkai/owner.env ] || install -o root -g root -m 0600 deploy/owner.env /etc/gongkai/owner.env
  cp -r deploy/systemd/. /etc/systemd/system/
  sed "s|/opt/gongkai|$prefix|" deploy/gongkai.sh > /usr/local/bin/gongkai && chmod 755 /usr/local/bin/gongkai
  systemctl daemon-reload
  echo "已装好。首次安装接着放好网站证书，运行：sh deploy/setup.sh 网站域名"
else
  mkdir -p "$data" && chmod 700 "$data"
  echo "已装好：GONGKAI_DATA=$data $prefix/venv/bin/gongkai serve"
fi
echo "首次安装接着运行 gongkai init；随时用 gongkai check 看还缺什么。退回上一版：把 $prefix/venv 指回旧的 venv-*。"
