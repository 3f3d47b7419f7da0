// kubernetes is one binary with the programs of Kubernetes, and etcd, in it; the first
// argument chooses. One binary is a quarter as large as six, since they share most of
// their code, and is linked once.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var programs = map[string]func() *cobra.Command{
	"apiserver":          apiserver.NewAPIServerCommand,
	"controller-manager": controllermanager.NewControllerManagerCommand,
	"kubectl":            kubectl.NewDefaultKubectlCommand,
	"kubelet":            func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"proxy":              proxy.NewProxyCommand,
	"scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
}

func main() {
	if len(os.Args) < 2 {
		fail("which program: etcd, apiserver, controller-manager, kubectl, kubelet, proxy or scheduler?")
	}

	// Each program shall see its own arguments only.
	name := os.Args[1]
	os.Args = append([]string{name}, os.Args[2:]...)

	if name == "etcd" {
		etcdmain.Main(os.Args)
		return
	}

	make, known := programs[name]
	if !known {
		fail("there is no program " + name)
	}
	os.Exit(cli.Run(make()))
}

func fail(reason string) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(2)
}
