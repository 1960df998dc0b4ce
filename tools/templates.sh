#!/bin/sh
# Format the templates; with --check, say which are not formatted. The templates named in templates.txt open an element under one
# condition and close it under another, which the formatter does not read: they are formatted by hand.
here=$(dirname "$0")
find "$here/../src/gongkai" -name '*.html' | grep -v -F -f "$here/templates.txt" | xargs "$here/../.venv/bin/djangofmt" -q --indent-width 2 --line-length 120 "$@"
