#!/usr/bin/env bash
# bench.sh [BENCH ARGS...]: measure the server into bench/results/latest.json; then once more, shortly, with profiles, and write what
# each figure's time goes to into bench/results/profiles.txt. Profiling costs time itself, so the figures are not taken from that round.
set -euo pipefail
cd "$(dirname "$0")/.."
# A bare broker in memory, as the measure of what fan-out costs at least on this machine.
CGO_ENABLED=0 go build -modfile=scripts/tools.mod -o bin/nats-server github.com/nats-io/nats-server/v2

bin/xinshu bench all --nats bin/nats-server --out bench/results/latest.json "$@"

profiles=bin/profiles
rm -rf "$profiles"
bin/xinshu bench all --runs 1 --duration 3s --profile "$profiles" > /dev/null
{
  echo "# CPU of the server while a figure was measured, the most expensive functions with all that they call. scripts/bench.sh writes this."
  for file in "$profiles"/*-profile.pprof; do
    name=$(basename "$file" -profile.pprof)
    printf '\n## %s\n' "$name"
    go tool pprof -top -cum -nodecount=40 bin/xinshu "$file" 2>/dev/null |
      grep -Ev '^(File|Build ID|Type|Time|Showing|Dropped)' | grep -Ev 'runtime\.(goexit|main|mcall|schedule|park_m|systemstack)' | sed -n '1,25p'
  done
} > bench/results/profiles.txt
echo "bench: bench/results/latest.json, bench/results/profiles.txt"
