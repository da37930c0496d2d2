#!/usr/bin/env bash
# test.sh: all checks and all tests, after installing what they need. make test builds the binary first.
#
# Every phase runs even when one before it failed. Set in the environment to narrow or widen it:
#   RACE=           no race detector (for systems without it)
#   VERBOSE=1       name each Go test (the default when CI=true)
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/phases.sh

scripts/setup.sh || exit 1

XINSHU_CHROMIUM=$(find_chromium) || exit 1
export XINSHU_CHROMIUM
# The binary that the black-box tests start.
export XINSHU_BIN="$PWD/bin/xinshu"

race="${RACE--race}"
cgo=0
if [ -n "$race" ]; then cgo=1; fi
verbose=""
if [ "${CI:-}" = true ] || [ -n "${VERBOSE:-}" ]; then verbose=-v; fi
mkdir -p bin
log=bin/go-test.log

# quiet drops the lines that only say that a test starts, waits or goes on; the log has them.
quiet() { grep --line-buffered -Ev '^=== (RUN|PAUSE|CONT|NAME) ' || true; }

# One run, with the race detector, on SQLite and PostgreSQL together: the storage tests ask for both.
# -count=1: a cached result would not have met this database. -p 2: packages at the same time, each parallel inside.
go_tests() {
  local code=0
  CGO_ENABLED=$cgo scripts/postgres.sh go test $race $verbose -count=1 -p 2 -timeout 30m ./... 2>&1 | tee "$log" | quiet || code=$?
  if [ "$code" -ne 0 ]; then
    echo
    echo "failed Go tests (whole output: $log):"
    grep -E '^\s*--- FAIL|^FAIL|^panic:|WARNING: DATA RACE|\[build failed\]' "$log" || true
  fi
  return "$code"
}

phase "checks" scripts/check.sh
phase "Go tests on SQLite and PostgreSQL" go_tests
phase "web unit tests" npm --prefix web test
phase "browser tests: packages" scripts/npm-ci.sh e2e/browser
phase "browser tests" scripts/postgres.sh npm --prefix e2e/browser test
phases_end
