// The API server of Kubernetes for tests, with an etcd of its own in the same process; nothing runs on it. What it keeps
// is in a folder.
//
// Arguments: the folder, where etcd is to listen (an address of loopback), and then those of any kube-apiserver.
package main

import (
	"log"
	"net/url"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	folder, address := os.Args[1], os.Args[2]
	etcd := embed.NewConfig()
	etcd.Dir = folder
	etcd.LogLevel = "error"
	clients, err := url.Parse("http://" + address)
	if err != nil {
		log.Fatal(err)
	}
	// Nobody joins it, but it wants an address for those who would: a socket in its folder.
	peers := url.URL{Scheme: "unix", Host: "peers:1"}
	etcd.ListenClientUrls = []url.URL{*clients}
	etcd.AdvertiseClientUrls = etcd.ListenClientUrls
	etcd.ListenPeerUrls = []url.URL{peers}
	etcd.AdvertisePeerUrls = etcd.ListenPeerUrls
	etcd.InitialCluster = etcd.InitialClusterFromName(etcd.Name)
	running, err := embed.StartEtcd(etcd)
	if err != nil {
		log.Fatal(err)
	}
	<-running.Server.ReadyNotify()
	command := app.NewAPIServerCommand()
	command.SetArgs(append([]string{"--etcd-servers=" + clients.String()}, os.Args[3:]...))
	os.Exit(cli.Run(command))
}
