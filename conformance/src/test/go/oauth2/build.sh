#!/bin/sh
# Builds the client into a cache outside of the source tree unless it is there, and prints where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
key=$(cat "$here/main.go" "$here/go.mod" "$here/go.sum" | sha256sum | cut -c1-16)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/harrier/oauth2-$key"
if [ ! -x "$folder/oauth2" ]; then
  mkdir -p "$folder"
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -o "$folder/oauth2.$$" . >&2)
  mv "$folder/oauth2.$$" "$folder/oauth2"
fi
echo "$folder/oauth2"
