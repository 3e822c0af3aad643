#!/bin/sh
# Builds flytectl into a cache outside of the source tree unless it is there, and prints where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v go >/dev/null || {
  echo "The tests with flytectl need Go 1.26 or newer: install it, or leave them out with './build --quick'." >&2
  exit 1
}
key=$(cat "$here/main.go" "$here/go.mod" "$here/go.sum" | sha256sum | cut -c1-16)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/harrier/flytectl-$key"
if [ ! -x "$folder/flytectl" ]; then
  mkdir -p "$folder"
  # Two builds at once may both get here: each writes a file of its own, and the last one to end stays.
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -o "$folder/flytectl.$$" . >&2)
  mv "$folder/flytectl.$$" "$folder/flytectl"
fi
echo "$folder/flytectl"
