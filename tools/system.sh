#!/bin/sh
# What the browser tests and the PDF output need of the system: a browser and a Chinese face. Installed where that is
# possible, otherwise asked for in one line; without them only the tests that need them are left out.
need=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || need="$need chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || need="$need fonts-noto-cjk"
[ -z "$need" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$need for the browser tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need; } >/dev/null 2>&1 && exit 0
fi
echo "Browser tests are left out until these are installed:$need  (apt-get install$need)"
