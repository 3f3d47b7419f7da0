#!/usr/bin/env bash
# One node of the lab: the processes of Kubernetes, in namespaces that cluster.py has made.
# With the first of these processes all of them end, and nothing of them is left on the
# machine.
#
#   node.sh NUMBER NODES      the first node has the control plane
#
# LAB_STATE: folder of this cluster. LAB_GROUP: its group of processes. LAB_BIN: programs.
# LAB_IMAGES: archives to import.
# LAB_MEASURES: 1 has metrics-server too, which autoscalers ask; kubernetes/lab/measures.yaml
# makes it known.
set -euo pipefail

NUMBER=$1
NODES=$2
FOLDER=$LAB_STATE/node$NUMBER
KEYS=$LAB_STATE/keys
KUBERNETES=$LAB_BIN/kubernetes

# Addresses for documentation (RFC 5737): they collide with nothing that is real.
NETWORK=198.51.100
FIRST=$NETWORK.1
ADDRESS=$NETWORK.$NUMBER
PODS=10.244
SERVICES=10.96.0.0/16

CGROUP=/$LAB_GROUP/node$NUMBER
CONTAINERD=/run/containerd/containerd.sock
START_SECONDS=120


# --- what the node sees of the machine

# Nothing that is mounted here is seen outside.
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p "$FOLDER/log" /run/netns

# The places that kubelet and containerd insist on are folders of this cluster.
for place in /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers /etc/cni; do
  mkdir -p "$FOLDER$place" "$place"
  mount --bind "$FOLDER$place" "$place"
done

# Pods and node ask the DNS of the cluster.
echo "nameserver $FIRST" > "$FOLDER/resolv.conf"
mount --bind "$FOLDER/resolv.conf" /etc/resolv.conf
hostname "node$NUMBER"

ip link set lo up
if [ "$NUMBER" = 1 ]; then
  # The other nodes are plugged into the first one.
  ip link add eth0 type bridge
else
  until ip link show eth0 > /dev/null 2>&1; do sleep 0.1; done
fi
ip link set eth0 up
ip addr add "$ADDRESS/24" dev eth0

# There is nothing behind this route; but without one, addresses of services are
# unreachable before kube-proxy can translate them.
ip route add default via "$FIRST" 2> /dev/null || ip route add default dev eth0

for other in $(seq "$NODES"); do
  if [ "$other" != "$NUMBER" ]; then
    ip route add "$PODS.$other.0/24" via "$NETWORK.$other"
  fi
done
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1

for controller in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do
  mkdir -p "/sys/fs/cgroup/$controller$CGROUP"
done
# A new group of this controller has no processors, and takes no process before it has.
for group in "$(dirname "$CGROUP")" "$CGROUP"; do
  for file in cpuset.cpus cpuset.mems; do
    cat "/sys/fs/cgroup/cpuset/$file" > "/sys/fs/cgroup/cpuset$group/$file"
  done
done


# --- settings of the programs

mkdir -p /etc/cni/net.d
cat > /etc/cni/net.d/10-pods.conflist <<END
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "ranges": [[{"subnet": "$PODS.$NUMBER.0/24"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
END

# Within namespaces the score of a process that must not be killed cannot be lowered.
cat > "$FOLDER/containerd.toml" <<END
version = 2
root = "$LAB_CONTAINERD"
state = "/run/containerd"
[grpc]
address = "$CONTAINERD"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "docker.io/local/pause:1"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/etc/cni/net.d"
END

cat > "$FOLDER/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $KEYS/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $KEYS/node$NUMBER.crt
tlsPrivateKeyFile: $KEYS/node$NUMBER.key
cgroupDriver: cgroupfs
cgroupRoot: $CGROUP
failCgroupV1: false
failSwapOn: false
clusterDomain: cluster.local
clusterDNS: [$FIRST]
resolvConf: $FOLDER/resolv.conf
containerRuntimeEndpoint: unix://$CONTAINERD
imageGCHighThresholdPercent: 100
evictionHard:
  memory.available: 100Mi
  nodefs.available: "1%"
  nodefs.inodesFree: "1%"
  imagefs.available: "1%"
nodeStatusUpdateFrequency: 5s
END

cat > "$FOLDER/proxy.yaml" <<END
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: $PODS.0.0/16
clientConnection: {kubeconfig: $KEYS/proxy.conf}
conntrack:
  # These settings of the kernel are those of the machine: they stay as they are.
  maxPerCore: 0
  min: 0
  tcpEstablishedTimeout: 0s
  tcpCloseWaitTimeout: 0s
END

cat > "$FOLDER/Corefile" <<END
cluster.local:53 {
  bind $FIRST
  errors
  kubernetes cluster.local {
    kubeconfig $KEYS/admin.conf
  }
  cache 5
}
# The names of examples: whoever asks for them finds the first node.
example.org:53 {
  bind $FIRST
  hosts {
    $FIRST marketplace.example.org
  }
}
END


# --- the programs

run() {
  local name=$1
  shift
  "$@" > "$FOLDER/log/$name" 2>&1 &
  echo $! > "$FOLDER/$name.pid"
}

# A condition that does not come true is told with what the programs have said.
wait_for() {
  for _ in $(seq $((START_SECONDS * 10))); do
    "$@" > /dev/null 2>&1 && return 0
    sleep 0.1
  done
  echo "this was never true: $*" >&2
  tail -n 5 "$FOLDER"/log/* >&2
  exit 1
}

control_plane() {
  run etcd "$KUBERNETES" etcd --name=etcd --data-dir="$FOLDER/etcd" \
    --listen-client-urls=http://127.0.0.1:2379 \
    --advertise-client-urls=http://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380 \
    --initial-advertise-peer-urls=http://127.0.0.1:2380 \
    --initial-cluster=etcd=http://127.0.0.1:2380 \
    --unsafe-no-fsync --log-level=warn

  run apiserver "$KUBERNETES" apiserver \
    --etcd-servers=http://127.0.0.1:2379 \
    --secure-port=6443 --advertise-address="$ADDRESS" \
    --service-cluster-ip-range="$SERVICES" \
    --tls-cert-file="$KEYS/apiserver.crt" --tls-private-key-file="$KEYS/apiserver.key" \
    --client-ca-file="$KEYS/ca.crt" \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$KEYS/accounts.key" \
    --service-account-signing-key-file="$KEYS/accounts.key" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --allow-privileged=true \
    --kubelet-preferred-address-types=InternalIP \
    --kubelet-certificate-authority="$KEYS/ca.crt" \
    --kubelet-client-certificate="$KEYS/kubelet-client.crt" \
    --kubelet-client-key="$KEYS/kubelet-client.key" \
    --requestheader-client-ca-file="$KEYS/ca.crt" \
    --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User \
    --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$KEYS/front-proxy.crt" \
    --proxy-client-key-file="$KEYS/front-proxy.key" \
    --enable-aggregator-routing=true \
    --default-not-ready-toleration-seconds=10 \
    --default-unreachable-toleration-seconds=10
  wait_for curl -sf --cacert "$KEYS/ca.crt" "https://$ADDRESS:6443/readyz"

  run controller-manager "$KUBERNETES" controller-manager \
    --kubeconfig="$KEYS/controller-manager.conf" \
    --use-service-account-credentials=true \
    --service-account-private-key-file="$KEYS/accounts.key" \
    --root-ca-file="$KEYS/ca.crt" --leader-elect=false \
    --node-monitor-grace-period=15s \
    --horizontal-pod-autoscaler-sync-period=5s \
    --horizontal-pod-autoscaler-downscale-stabilization=20s \
    --horizontal-pod-autoscaler-cpu-initialization-period=10s \
    --horizontal-pod-autoscaler-initial-readiness-delay=5s
  run scheduler "$KUBERNETES" scheduler --kubeconfig="$KEYS/scheduler.conf" \
    --leader-elect=false
  run coredns "$LAB_BIN/coredns" -conf "$FOLDER/Corefile"
  if [ "${LAB_MEASURES:-}" = 1 ]; then
    run metrics-server "$LAB_BIN/metrics-server" \
      --kubeconfig="$KEYS/admin.conf" \
      --authentication-kubeconfig="$KEYS/admin.conf" \
      --authorization-kubeconfig="$KEYS/admin.conf" \
      --cert-dir=/run/metrics-server --secure-port=4443 \
      --kubelet-preferred-address-types=InternalIP --kubelet-use-node-status-port \
      --kubelet-certificate-authority="$KEYS/ca.crt" \
      --metric-resolution=10s --kubelet-request-timeout=5s
  fi
}

run containerd containerd -c "$FOLDER/containerd.toml" -l warn
if [ "$NUMBER" = 1 ]; then
  control_plane
else
  wait_for curl -sf --cacert "$KEYS/ca.crt" "https://$FIRST:6443/readyz"
fi

wait_for ctr -a "$CONTAINERD" version
for archive in "$LAB_IMAGES"/*.tar; do
  ctr -a "$CONTAINERD" -n k8s.io images import "$archive" >> "$FOLDER/log/import" 2>&1
done

run kubelet "$KUBERNETES" kubelet --kubeconfig="$KEYS/node$NUMBER.conf" \
  --config="$FOLDER/kubelet.yaml" --hostname-override="node$NUMBER" \
  --node-ip="$ADDRESS"
run proxy "$KUBERNETES" proxy --config="$FOLDER/proxy.yaml" \
  --hostname-override="node$NUMBER"
wait_for "$KUBERNETES" kubectl --kubeconfig="$KEYS/admin.conf" \
  wait --for=condition=Ready "node/node$NUMBER" --timeout=2s

# Not before: it reads the addresses of pods of this node once, when it starts.
run network-policies "$LAB_BIN/network-policies" "$KEYS/admin.conf" "node$NUMBER" "$SERVICES"

touch "$FOLDER/up"
# As the first process of its namespace this shell must outlive all of them.
while true; do
  wait || true
  sleep 1
done
