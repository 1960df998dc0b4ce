#!/bin/sh
# Sets up real identity servers in build/identity and signs people in by them: tools/identity.sh [oidc|cas|ldap] (all three without a word).
# OpenLDAP comes from the system's packages (installed where that is possible), oidc-provider by npm, the CAS server (django-mama-cas) by uv.
set -e
cd "$(dirname "$0")/.."
place=build/identity wanted="${1:-oidc cas ldap}" tests="" missing=""
mkdir -p "$place"
has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }
install() {
  [ "$(id -u)" = 0 ] && has apt-get || return 0
  timeout 120 apt-get update -qq >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || true
}
for server in $wanted; do
  case "$server" in
  oidc)
    has npm || install nodejs npm
    has npm || missing="$missing nodejs npm"
    [ -d "$place/node_modules/oidc-provider" ] || ! has npm || npm install --silent --no-audit --no-fund --prefix "$place" oidc-provider@9
    tests="$tests tests/core/signin/servers/test_oidc_provider.py" ;;
  cas)
    if [ ! -x "$place/cas/bin/python" ]; then
      .venv/bin/uv venv -q -p .venv/bin/python "$place/cas"
      .venv/bin/uv pip install -q --python "$place/cas/bin/python" "Django>=5.2,<5.3" "django-mama-cas>=2.5,<3"
    fi
    tests="$tests tests/core/signin/servers/test_cas_server.py" ;;
  ldap)
    has slapd || install slapd
    has slapd || missing="$missing slapd"
    tests="$tests tests/core/signin/servers/test_openldap.py" ;;
  *)
    echo "tools/identity.sh [oidc|cas|ldap]" >&2
    exit 2 ;;
  esac
done
[ -z "$missing" ] || { echo "Install first:$missing  (apt-get install$missing)" >&2; exit 1; }
# shellcheck disable=SC2086
PYTHONPATH=src GONGKAI_IDENTITY_SERVERS="$place" .venv/bin/pytest -n0 -rs --no-header -v $tests
