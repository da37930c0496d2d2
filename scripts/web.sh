#!/usr/bin/env bash
# web.sh: build the web client into web/dist, only when something it is made of changed.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=bin/.web-inputs
wanted=$( { node --version
            find web -type f -not -path 'web/node_modules/*' -not -path 'web/tools/*' -not -path 'web/dist/*' -not -name '*.test.ts' -not -name '*.test.tsx' -not -name '*.go' -print0 \
              | LC_ALL=C sort -z | xargs -0 cksum; } | cksum)
if [ -f web/dist/index.html ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

scripts/npm-ci.sh web
npm --prefix web run --silent build </dev/null
# Vite empties the folder; the committed file lets `go build` work in a clone where the client was never built.
touch web/dist/.keep
mkdir -p bin
echo "$wanted" > "$stamp"
