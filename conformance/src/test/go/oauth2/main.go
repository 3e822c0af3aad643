// A client made of golang.org/x/oauth2 alone, which knows nothing of Flyte: main URL CLIENT SECRET. It opens the
// program that BROWSER names to log in.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	server, id, secret := os.Args[1], os.Args[2], os.Args[3]
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check("listen", err)
	// No style of authentication is named: the library tries the header first, with an empty secret.
	config := &oauth2.Config{
		ClientID:    "flytectl",
		RedirectURL: fmt.Sprintf("http://%s/callback", listener.Addr()),
		Scopes:      []string{"all", "offline"},
		Endpoint: oauth2.Endpoint{
			AuthURL:       server + "/oauth2/authorize",
			TokenURL:      server + "/oauth2/token",
			DeviceAuthURL: server + "/oauth2/device_authorization",
		},
	}

	verifier := oauth2.GenerateVerifier()
	answers := make(chan *http.Request, 1)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answers <- r }))
	check("browser", exec.Command(os.Getenv("BROWSER"), config.AuthCodeURL("s1", oauth2.S256ChallengeOption(verifier))).Run())
	answer := (<-answers).URL.Query()
	if answer.Get("state") != "s1" || answer.Get("iss") != server {
		log.Fatalf("state or issuer: found %v", answer)
	}
	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	check("exchange", err)
	who(ctx, server, oauth2.StaticTokenSource(token))

	token.Expiry = time.Now().Add(-time.Hour)
	refreshed, err := config.TokenSource(ctx, token).Token()
	check("refresh", err)
	if refreshed.AccessToken == token.AccessToken || refreshed.RefreshToken == token.RefreshToken {
		log.Fatal("the refresh gave the old tokens again")
	}
	who(ctx, server, oauth2.StaticTokenSource(refreshed))

	device, err := config.DeviceAuth(ctx)
	check("device", err)
	check("browser", exec.Command(os.Getenv("BROWSER"), device.VerificationURIComplete).Run())
	ofDevice, err := config.DeviceAccessToken(ctx, device)
	check("device token", err)
	who(ctx, server, oauth2.StaticTokenSource(ofDevice))

	own := &clientcredentials.Config{ClientID: id, ClientSecret: secret, TokenURL: server + "/oauth2/token"}
	who(ctx, server, own.TokenSource(ctx))
	fmt.Println("all as expected")
}

func who(ctx context.Context, server string, source oauth2.TokenSource) {
	answer, err := oauth2.NewClient(ctx, source).Get(server + "/me")
	check("me", err)
	if answer.StatusCode != http.StatusOK {
		log.Fatalf("me: found %s", answer.Status)
	}
}

func check(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}
