#!/bin/sh
# Builds Open Policy Agent into a cache outside of the source tree unless it is there, and prints where it is.
set -eu
version=v1.22.0
command -v go >/dev/null || {
  echo "The tests beside Open Policy Agent need Go 1.26 or newer." >&2
  exit 1
}
folder="${XDG_CACHE_HOME:-$HOME/.cache}/harrier/opa-$version"
if [ ! -x "$folder/opa" ]; then
  mkdir -p "$folder"
  # The module's own go.sum is checked against Go's public record of checksums, as far as this machine reaches it.
  GOBIN="$folder/new.$$" CGO_ENABLED=0 go install "github.com/open-policy-agent/opa@$version" >&2
  mv "$folder/new.$$/opa" "$folder/opa"
  rmdir "$folder/new.$$"
fi
echo "$folder/opa"
