#!/usr/bin/env bash
# Side-by-side timing; see README.md beside this file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
peers=$root/../shared/peers
if [ ! -d "$peers" ]; then
    echo "left out: ../shared/peers is not here"
    exit 0
fi
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
echo "working in $folder"

if [ ! -x "$folder/venv/bin/python" ]; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet polars duckdb pandas pyarrow numpy
fi
if [ ! -f "$folder/panel.parquet" ]; then
    "$folder/venv/bin/python" "$peers/generate.py" 100000 "$folder" >/dev/null
fi

profile=${PROFILE:-release}
(cd "$root" && cargo build --quiet --profile "$profile" -p headway-lake --example score_panel -p headway-stats --example speed)
target=$(cd "$root" && cargo metadata --no-deps --format-version 1 |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
built=$target/$([ "$profile" = dev ] && echo debug || echo "$profile")

exec "$folder/venv/bin/python" "$here/side_by_side.py" \
    --program "$built/examples/score_panel" --speed "$built/examples/speed" --headway "$built/headway" --peers "$peers" --folder "$folder"
