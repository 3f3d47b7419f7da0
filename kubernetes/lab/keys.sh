#!/usr/bin/env bash
# Keys and certificates of a cluster that is thrown away: keys.sh FOLDER NODES
set -euo pipefail

FOLDER=$1
NODES=$2
SERVER=https://198.51.100.1:6443
DAYS=30

mkdir -p "$FOLDER"
cd "$FOLDER"

key() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
}

# certificate NAME SUBJECT [OTHER NAMES]
certificate() {
  key "$1"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  {
    echo "extendedKeyUsage=clientAuth,serverAuth"
    echo "keyUsage=digitalSignature"
    if [ $# = 3 ]; then echo "subjectAltName=$3"; fi
  } > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial \
    -days "$DAYS" -extfile "$1.ext" -out "$1.crt" 2> /dev/null
}

# kubeconfig NAME: how the program of that name reaches the API server
kubeconfig() {
  cat > "$1.conf" <<END
apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster: {server: "$SERVER", certificate-authority: $FOLDER/ca.crt}
users:
  - name: $1
    user: {client-certificate: $FOLDER/$1.crt, client-key: $FOLDER/$1.key}
contexts:
  - name: lab
    context: {cluster: lab, user: $1}
current-context: lab
END
}

key ca
openssl req -x509 -new -key ca.key -subj /CN=ca -days "$DAYS" -out ca.crt

certificate apiserver /CN=kube-apiserver \
  "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:198.51.100.1,IP:10.96.0.1"
certificate admin /O=system:masters/CN=admin
certificate kubelet-client /O=system:masters/CN=kubelet-client
certificate front-proxy /CN=front-proxy
certificate controller-manager /CN=system:kube-controller-manager
certificate scheduler /CN=system:kube-scheduler
certificate proxy /CN=system:kube-proxy

for number in $(seq "$NODES"); do
  certificate "node$number" "/O=system:nodes/CN=system:node:node$number" \
    "DNS:node$number,IP:198.51.100.$number"
  kubeconfig "node$number"
done

# Tokens of accounts are signed with a key of RSA.
openssl genrsa -out accounts.key 2048 2> /dev/null
for name in admin controller-manager scheduler proxy; do
  kubeconfig "$name"
done
