#!/bin/sh
# Format CSS and JavaScript, and lint them; with --check, only report what is not formatted. Scripts are written for old
# browsers (var, no modules), so some rules of the linter are off in deno.json. Colours are written in tokens only.
cd "$(dirname "$0")/.." || exit 1
export DENO_NO_UPDATE_CHECK=1
find src -name '*.css' -o -name '*.js' | xargs .venv/bin/deno fmt -q --config tools/deno.json "$@" || exit 1
find src -name '*.js' | xargs .venv/bin/deno lint -q --config tools/deno.json || exit 1
if grep -rnE '^ *[a-z][a-z-]*:.*#[0-9a-fA-F]{3}' src --include='*.css'; then
  echo "colours outside of tokens (--gk-…: see core/widgets/static/ui/base.css)"
  exit 1
fi
