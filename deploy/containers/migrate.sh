#!/bin/sh
# compose.yaml 的各项服务之前：这一版的数据表，归所有者；程序的账号只管其中的行。
set -eu
gongkai manage migrate --noinput -v 0
gongkai grants gongkai
