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

# quiet drops the lines that only say that a test starts, waits or goes on; the log has them.
quiet() { grep --line-buffered -Ev '^=== (RUN|PAUSE|CONT|NAME) ' || true; }

# The storage tests ask for both engines themselves. -count=1: a cached result would not have met this database.
# -p 2: packages at the same time, each parallel inside.
go_tests() {
  local name=$1 code=0
  local log=bin/$name.log
  shift
  scripts/postgres.sh go test "$@" $verbose -count=1 -p 2 -timeout 30m 2>&1 | tee "$log" | quiet || code=$?
  if [ "$code" -ne 0 ]; then
    echo
    echo "failed tests (whole output: $log):"
    grep -E '^\s*--- FAIL|^FAIL|^panic:|WARNING: DATA RACE|\[build failed\]' "$log" || true
  fi
  return "$code"
}

# e2e drives the built program, in which the race detector of the test's own process sees nothing.
race_tests() { CGO_ENABLED=$cgo go_tests go-test $race $(go list ./... | grep -v '/e2e$'); }
black_box_tests() { CGO_ENABLED=0 go_tests e2e-test ./e2e; }

phase "checks" scripts/check.sh
phase "Go tests on SQLite and PostgreSQL" race_tests
phase "the built program on SQLite and PostgreSQL" black_box_tests
phase "web unit tests" npm --prefix web test
phase "browser tests: packages" scripts/npm-ci.sh e2e/browser
phase "browser tests" scripts/postgres.sh npm --prefix e2e/browser test
phases_end
