#!/bin/sh
# Format the templates; with --check, say which are not formatted. The templates named in templates.txt open an element under one
# condition and close it under another, which the formatter does not read: they are formatted by hand.
here=$(dirname "$0")
while read -r name; do
  find "$here/../src/gongkai" -path "*/$name" | grep -q . || { echo "tools/templates.txt names $name, which is no file"; exit 1; }
done < "$here/templates.txt"
find "$here/../src/gongkai" -name '*.html' | grep -v -F -f "$here/templates.txt" | xargs "$here/../.venv/bin/djangofmt" --indent-width 2 --line-length 120 "$@" > "$here/../.venv/templates.log" 2>&1 || { cat "$here/../.venv/templates.log"; exit 1; }
