#!/bin/sh
# 两台机器之间用的证书：certificates.sh 本机地址 另一台地址（root；allow.sh 会调用）。内部 CA 只在没有时建，机器证书五年，不足一年的重发。
set -eu
own=$1 peer=$2 folder=/etc/gongkai/certificates
cd "$folder"
umask 077
ca=machines-ca
if ! test -s $ca.pem; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7300 -subj "/CN=Gongkai machines" -keyout $ca.key -out $ca.pem 2>/dev/null
fi
test -s $ca.key || { echo "错误：没有 $folder/$ca.key：请从建它的机器上带来" >&2; exit 1; }
for address in "$own" "$peer"; do
  openssl x509 -in "machine-$address.pem" -noout -checkend 31536000 >/dev/null 2>&1 && continue
  printf 'subjectAltName=DNS:gongkai-machine,IP:%s,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n' "$address" > extension
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$address" -keyout "machine-$address.key" -out request 2>/dev/null
  openssl x509 -req -in request -CA $ca.pem -CAkey $ca.key -CAcreateserial -days 1825 -extfile extension -out "machine-$address.pem" 2>/dev/null
  rm -f request extension
done
chmod 644 ./*.pem
