#!/bin/sh
# compose.yaml 的到期工作，每分钟一次。健康检查从 /tmp/due 看上一次什么时候顺利做完。
set -u
one=
trap 'test -z "$one" || kill "$one" 2>/dev/null; exit 0' TERM INT
while :; do
  gongkai run-due > /tmp/said 2>&1 & one=$!
  if wait "$one"; then touch /tmp/due; else cat /tmp/said; fi
  sleep 60 & one=$!
  wait "$one"
done
