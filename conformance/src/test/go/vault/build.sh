#!/bin/sh
# Builds Vault's server into a cache outside of the source tree unless it is there, and prints where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v go >/dev/null || {
  echo "The tests with Vault need Go 1.26 or newer." >&2
  exit 1
}
key=$(cat "$here/main.go" "$here/go.mod" "$here/go.sum" | sha256sum | cut -c1-16)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/harrier/vault-$key"
if [ ! -x "$folder/vault" ]; then
  mkdir -p "$folder"
  # Two builds at once may both get here: each writes a file of its own, and the last one to end stays.
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -o "$folder/vault.$$" . >&2)
  mv "$folder/vault.$$" "$folder/vault"
fi
echo "$folder/vault"
