#!/usr/bin/env bash
# A throw-away S3-compatible server for the tests: `start` prints its URL (the same one while it runs), `stop` ends it.
# It is the Python package moto, in a virtual environment of its own in the cache folder; loopback only, all in memory.
# Usage: scripts/s3.sh start|stop [FOLDER]
set -euo pipefail
version=5.2.5

command="${1:-}"
folder="${2:-${TMPDIR:-/tmp}/headway-s3-$(id -u)}"
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/headway/moto-$version"
fail() { echo "s3.sh: $*" >&2; exit 3; }

# The environment is made beside its place and moved there whole, so that an interrupted one is never used.
server() {
  if [ ! -x "$cache/bin/python" ]; then
    command -v python3 >/dev/null || fail "python3 is missing (apt-get install python3-venv)"
    mkdir -p "$(dirname "$cache")"
    rm -rf "$cache.new"
    python3 -m venv "$cache.new" >&2 || fail "python3 can't make an environment (apt-get install python3-venv)"
    "$cache.new/bin/python" -m pip install --quiet --disable-pip-version-check "moto[s3]==$version" flask flask-cors >&2 ||
      fail "moto can't be installed from the package index"
    mv "$cache.new" "$cache"
  fi
}

running() { [ -f "$folder/pid" ] && kill -0 "$(cat "$folder/pid")" 2>/dev/null; }

start() {
  if running; then cat "$folder/url"; return; fi
  server
  rm -rf "$folder"
  mkdir -m 700 "$folder"
  # Port 0: a free one, which the server says once it listens.
  "$cache/bin/python" -m moto.server -H 127.0.0.1 -p 0 >"$folder/log" 2>&1 </dev/null &
  echo $! > "$folder/pid"
  for _ in $(seq 300); do
    url="$(sed -n 's|.*Running on \(http://127\.0\.0\.1:[0-9]*\).*|\1|p' "$folder/log" | head -1)"
    if [ -n "$url" ]; then
      echo "$url" | tee "$folder/url"
      return
    fi
    running || break
    sleep 0.1
  done
  tail -5 "$folder/log" >&2
  fail "the server did not start"
}

stop() {
  [ -d "$folder" ] || return 0
  if running; then kill "$(cat "$folder/pid")"; fi
  rm -rf "$folder"
}

case "$command" in
  start) start ;;
  stop) stop ;;
  *) echo "usage: scripts/s3.sh start|stop [FOLDER]" >&2; exit 2 ;;
esac
