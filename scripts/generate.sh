#!/usr/bin/env bash
# generate.sh: write the files that are made from the code: the OpenAPI document and, from it, the web client's types
# (npm script "generate" of web, where there is one).
# With "--check" it changes nothing and fails when a committed file differs from what would be written.
set -euo pipefail
cd "$(dirname "$0")/.."

files=(web/src/api/openapi.json web/src/api/schema.d.ts)
before=$(mktemp -d)
for file in "${files[@]}"; do
  if [ -f "$file" ]; then cp "$file" "$before/"; fi
done

# A check puts back what was there, also when a step in between fails.
finish() {
  if [ "$1" = "--check" ]; then
    for file in "${files[@]}"; do
      rm -f "$file"
      if [ -f "$before/$(basename "$file")" ]; then cp "$before/$(basename "$file")" "$file"; fi
    done
  fi
  rm -rf "$before"
}
trap 'finish "${1:-}"' EXIT

CGO_ENABLED=0 go run ./cmd/xinshu openapi > "$before/fresh"
mv "$before/fresh" "${files[0]}"
scripts/npm-ci.sh web
npm --prefix web run --silent --if-present generate </dev/null

if [ "${1:-}" != "--check" ]; then exit 0; fi
code=0
for file in "${files[@]}"; do
  old="$before/$(basename "$file")"
  if [ ! -f "$file" ] && [ ! -f "$old" ]; then continue; fi
  if ! cmp -s "$old" "$file"; then
    echo "$file is not what the code says: run make generate and commit it" >&2
    diff -u "$old" "$file" 2>/dev/null | head -n 40 || true
    code=1
  fi
done
exit "$code"
