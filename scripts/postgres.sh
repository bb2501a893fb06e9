#!/usr/bin/env bash
# A throw-away PostgreSQL server for the tests: `start` prints its URL (the same one while it runs), `stop` ends it and
# deletes its folder. Loopback only, a password of its own, nothing synced to disk. PostgreSQL refuses to run as root,
# so root hands it to the user `postgres`, or `nobody`.
# Usage: scripts/postgres.sh start|stop [FOLDER]
set -euo pipefail

command="${1:-}"
folder="${2:-${TMPDIR:-/tmp}/headway-postgres-$(id -u)}"
fail() { echo "postgres.sh: $*" >&2; exit 3; }

tool() {
  local found
  found="$(ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -1)"
  [ -n "$found" ] || found="$(command -v "$1" || true)"
  [ -n "$found" ] || fail "$1 is missing: install PostgreSQL (apt-get install postgresql)"
  echo "$found"
}

user="$(id -un)"
if [ "$(id -u)" = 0 ]; then
  user=postgres
  id -u "$user" >/dev/null 2>&1 || user=nobody
fi
as_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"
  else
    "$@"
  fi
}

running() { [ -f "$folder/data/postmaster.pid" ] && as_user "$pg_ctl" -D "$folder/data" status >/dev/null 2>&1; }
free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  if running; then cat "$folder/url"; return; fi
  local initdb password port
  initdb="$(tool initdb)"
  rm -rf "$folder"
  mkdir -m 700 "$folder"
  password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  (umask 077; printf '%s' "$password" > "$folder/password")
  [ "$(id -u)" = 0 ] && chown -R "$user" "$folder"
  # A language with an order of its own, so that the tests see whether Headway's order depends on the server's.
  as_user "$initdb" -D "$folder/data" -U headway --pwfile="$folder/password" --auth=scram-sha-256 --encoding=UTF8 \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync >"$folder/initdb.log" 2>&1 ||
    { tail -5 "$folder/initdb.log" >&2; fail "initdb failed"; }
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 12000))
    free "$port" || continue
    if as_user "$pg_ctl" -D "$folder/data" -w -t 30 -l "$folder/server.log" -o "-p $port -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=300" start >/dev/null 2>&1; then
      (umask 077; echo "postgres://headway:$password@127.0.0.1:$port/postgres" > "$folder/url")
      cat "$folder/url"
      return
    fi
  done
  tail -5 "$folder/server.log" >&2
  fail "the server did not start"
}

stop() {
  [ -d "$folder" ] || return 0
  if running; then as_user "$pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null; fi
  rm -rf "$folder"
}

pg_ctl="$(tool pg_ctl)"
case "$command" in
  start) start ;;
  stop) stop ;;
  *) echo "usage: scripts/postgres.sh start|stop [FOLDER]" >&2; exit 2 ;;
esac
