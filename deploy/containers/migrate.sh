#!/bin/sh
# Before the services of compose.yaml: the tables of this version, under the role that owns them; the program's role works with their rows.
set -eu
gongkai manage migrate --noinput -v 0
gongkai grants gongkai
