// A server of HashiCorp Vault for tests: its core, its HTTP interface, and of its many parts the two
// key-value stores, the transit engine and AppRole. What it keeps is gone with it.
//
// Arguments: the address, and for TLS the files of a certificate and its key. It prints where it listens.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/hashicorp/go-hclog"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/transit"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

func main() {
	log := hclog.New(&hclog.LoggerOptions{Level: hclog.Info, Output: os.Stderr})
	storage, err := inmem.NewInmem(nil, log)
	check(err)
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical: storage,
		Logger:   log,
		// Vault looks into its register of plugins before it uses one that is built in.
		BuiltinRegistry: register{},
		DisableMlock:    true,
		LogicalBackends: map[string]logical.Factory{
			"kv": kv.Factory, "transit": transit.Factory,
		},
		CredentialBackends: map[string]logical.Factory{
			"approle": approle.Factory,
		},
	})
	check(err)
	listener, err := net.Listen("tcp", os.Args[1])
	check(err)
	server := &http.Server{Handler: vaulthttp.Handler.Handler(&vault.HandlerProperties{Core: core})}
	fmt.Println(listener.Addr())
	if len(os.Args) > 3 {
		check(server.ServeTLS(listener, os.Args[2], os.Args[3]))
	}
	check(server.Serve(listener))
}

type register struct{}

func (register) factories(kind consts.PluginType) map[string]logical.Factory {
	switch kind {
	case consts.PluginTypeSecrets:
		return map[string]logical.Factory{"kv": kv.Factory, "transit": transit.Factory}
	case consts.PluginTypeCredential:
		return map[string]logical.Factory{"approle": approle.Factory}
	default:
		return nil
	}
}

func (r register) Contains(name string, kind consts.PluginType) bool {
	_, found := r.factories(kind)[name]
	return found
}

func (r register) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	factory, found := r.factories(kind)[name]
	return func() (interface{}, error) { return factory, nil }, found
}

func (r register) Keys(kind consts.PluginType) []string {
	var names []string
	for name := range r.factories(kind) {
		names = append(names, name)
	}
	return names
}

func (r register) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, r.Contains(name, kind)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
