#!/bin/sh
# What the browser tests and the PDF output need of the system: a browser and a Chinese face. Installed where that is
# possible, otherwise asked for in one line; without them only the tests that need them are left out.
# chromium-headless-shell is the browser without its windows: pages cost half there. Where there is none, chromium does.
has() { command -v "$1" >/dev/null 2>&1; }
browser() { has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome; }
# Asked of the program itself: a system may have a Chinese face that no paper is set in.
faces() { "${PYTHON:-.venv/bin/python}" -c "from gongkai.lib.writing.fonts import find_fonts; find_fonts()" 2>/dev/null; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1; }

has chromium-headless-shell && faces && exit 0
if [ "$(id -u)" = 0 ] && has apt-get; then
  echo "Installing what the browser tests need"
  timeout 120 apt-get update -qq >/dev/null 2>&1
  has chromium-headless-shell || install chromium-headless-shell || browser || install chromium
  faces || install fonts-noto-cjk
fi
need=""
browser || need="$need chromium"
faces || need="$need fonts-noto-cjk"
[ -z "$need" ] || echo "Browser tests are left out until these are installed:$need  (apt-get install$need)"
