#!/usr/bin/env bash
# soak.sh: the trials that take hours: an hour at half load (SOAK_LOAD=1h; bench/results/soak.json), XINSHU_SOAK=1 makes the kill loops ten
# times as long, the build tag "soak" adds tests, and each fuzz target runs for SOAK_TIME (default 10m).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
export XINSHU_SOAK=1
export XINSHU_BIN="$PWD/bin/xinshu"

"$XINSHU_BIN" bench soak --duration "${SOAK_LOAD:-1h}" --out bench/results/soak.json >/dev/null

scripts/postgres.sh go test -tags soak -count=1 -timeout 12h -run 'Soak|Kill' ./...

# A package's fuzz targets run one at a time: the go command takes no more.
go test -list '^Fuzz' ./... | awk '/^Fuzz/ { names = names " " $1 } $1 == "ok" { n = split(names, list, " "); for (i = 1; i <= n; i++) print $2, list[i]; names = "" }' |
  while read -r package target; do
    echo "==> $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "${SOAK_TIME:-10m}" "$package" </dev/null
  done
