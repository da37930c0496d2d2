#!/usr/bin/env bash
# acceptance.sh: the tests over real data (build tag "acceptance"), in the folder that XINSHU_TESTDATA names.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${XINSHU_TESTDATA:-}" ] || [ ! -d "${XINSHU_TESTDATA:-}" ]; then
  echo "acceptance: set XINSHU_TESTDATA to the folder of the real test data; these tests mean nothing without it" >&2
  exit 1
fi
scripts/setup.sh
XINSHU_CHROMIUM=$(. scripts/lib.sh && find_chromium)
export XINSHU_CHROMIUM
export XINSHU_BIN="$PWD/bin/xinshu"
scripts/npm-ci.sh e2e/browser
failed=0
npm --prefix e2e/browser run --silent acceptance || failed=1
scripts/postgres.sh go test -tags acceptance -count=1 -v -timeout 2h -run Acceptance ./... || failed=1
exit "$failed"
