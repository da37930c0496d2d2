#!/usr/bin/env bash
# generate.sh: write the files that are made from the code: the OpenAPI document and the web client's types.
# With "--check" it changes nothing and fails when a committed file differs from what would be written.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f web/src/api/openapi.json ] || exit 0
scripts/npm-ci.sh web

openapi=web/src/api/openapi.json
types=web/src/api/schema.d.ts
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

CGO_ENABLED=0 go run ./cmd/xinshu openapi > "$fresh/openapi.json"

if [ "${1:-}" = "--check" ]; then
  if ! diff -u "$openapi" "$fresh/openapi.json" | head -n 40; then
    echo "$openapi is not what the code says: run make generate and commit it" >&2
    exit 1
  fi
  cp "$types" "$fresh/schema.d.ts"
  npm --prefix web run --silent generate </dev/null
  if ! diff -u "$fresh/schema.d.ts" "$types" | head -n 40; then
    cp "$fresh/schema.d.ts" "$types"
    echo "$types is not what $openapi says: run make generate and commit it" >&2
    exit 1
  fi
  exit 0
fi
mkdir -p "$(dirname "$openapi")"
cp "$fresh/openapi.json" "$openapi"
npm --prefix web run --silent generate </dev/null
