#!/bin/sh
# Installs playwright-core into a cache outside of the source tree unless it is there, and prints where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v npm >/dev/null || {
  echo "The tests with a browser need npm (Node.js 20 or newer)." >&2
  exit 1
}
key=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/harrier/browser-$key"
if [ ! -d "$folder/node_modules/playwright-core" ]; then
  mkdir -p "$folder.$$"
  cp "$here/package.json" "$here/package-lock.json" "$folder.$$"
  (cd "$folder.$$" && npm ci --ignore-scripts --no-audit --no-fund >&2)
  rm -rf "$folder"
  # Two installations at once may both get here: the later finds the earlier's and goes.
  mv "$folder.$$" "$folder" 2>/dev/null || rm -rf "$folder.$$"
fi
echo "$folder"
