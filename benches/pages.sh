#!/usr/bin/env bash
# Times the pages: a constant rate of requests over a mix of pages of the sample's simulated state, as many people reading
# at once would send them. Each answer is timed from the moment when it was to be asked for, so that a slow answer makes those
# behind it late too. Needs Python 3, nothing else.
#   benches/pages.sh [FOLDER]     PROFILE=dev for the build that everybody has; RATE, SECONDS_LONG
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
profile=${PROFILE:-release}
(cd "$root" && cargo build --quiet --profile "$profile")
target=$(cd "$root" && cargo metadata --no-deps --format-version 1 |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
built=$target/$([ "$profile" = dev ] && echo debug || echo "$profile")

"$built/headway" -w "$folder/pages-demo" demo --port 0 >"$folder/pages.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
for _ in $(seq 300); do
    address=$(sed -n 's|^Open \(http://[^ ]*\)/ .*|\1|p' "$folder/pages.log")
    [ -n "$address" ] && break
    kill -0 $server 2>/dev/null || { cat "$folder/pages.log" >&2; exit 3; }
    sleep 0.1
done
[ -n "$address" ] || { echo "the server does not start: see $folder/pages.log" >&2; exit 3; }
python3 "$here/pages.py" "$address" --rate "${RATE:-100}" --seconds "${SECONDS_LONG:-60}"
