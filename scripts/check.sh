#!/usr/bin/env bash
# check.sh: everything that can be said about the code without running the product. Under a minute when caches are warm.
# Every step runs even when one before it failed, so that one look shows all that is wrong.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/phases.sh

shell_check() {
  local f
  for f in scripts/*.sh .ci/run; do bash -n "$f" || return 1; done
}

go_mod_check() {
  if ! go mod verify >/dev/null; then echo "go.sum does not match the downloaded modules"; return 1; fi
  go mod tidy -diff || { echo "go.mod or go.sum is not tidy: run go mod tidy"; return 1; }
}

# staticcheck is pinned in a module file of its own, so that its dependencies are not ours.
static_check() { go tool -modfile=scripts/tools.mod staticcheck ./...; }

generated_check() { scripts/generate.sh --check; }

export CGO_ENABLED=0
phase "shell syntax" shell_check
phase "go.mod" go_mod_check
phase "go vet" go vet -tags acceptance,soak ./...
phase "staticcheck" static_check
phase "formatting and rules of the house (internal/arch_*_test.go)" go test ./internal/
phase "generated files" generated_check
phase "web: packages" scripts/npm-ci.sh web
phase "web: types, lint, catalogues" npm --prefix web run --silent check
phases_end
