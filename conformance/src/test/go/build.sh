#!/bin/sh
# Builds a program that others wrote in Go into a cache outside of the source tree, unless it is there, and prints where
# it is. Its argument is one of the folders beside this script: a module of its own, or a file `module` that names the
# module and version which is installed as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=$1
cd "$here/$name"
command -v go >/dev/null || {
  echo "The tests with $name need Go 1.26 or newer: install it, or leave them out with './build --quick'." >&2
  exit 1
}
if [ -f module ]; then
  key=$(sha256sum <module | cut -c1-16)
else
  key=$(cat main.go go.mod go.sum | sha256sum | cut -c1-16)
fi
folder="${XDG_CACHE_HOME:-$HOME/.cache}/harrier/$name-$key"
if [ ! -x "$folder/$name" ]; then
  # Two builds at once may both get here: each writes a file of its own, and the last one to end stays.
  new="$folder/new.$$"
  mkdir -p "$new"
  trap 'rm -rf "$new"' EXIT
  if [ -f module ]; then
    # The module's own go.sum is checked against Go's public record of checksums, as far as this machine reaches it.
    GOBIN="$new" CGO_ENABLED=0 go install -trimpath "$(cat module)" >&2
  else
    CGO_ENABLED=0 go build -trimpath -o "$new/$name" . >&2
  fi
  mv "$new/$name" "$folder/$name"
fi
echo "$folder/$name"
