#!/usr/bin/env bash
# Fetches axe-core (the accessibility rules that the browser tests run) from npm once, and prints where its script lies.
set -euo pipefail
version=4.14.1
folder="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/headway/axe-core-$version"
if [ ! -s "$folder/axe.min.js" ]; then
  mkdir -p "$folder"
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent "axe-core@$version" >/dev/null && tar xzf axe-core-*.tgz)
  cp "$work/package/axe.min.js" "$folder/axe.min.js.new"
  mv "$folder/axe.min.js.new" "$folder/axe.min.js"
fi
echo "$folder/axe.min.js"
