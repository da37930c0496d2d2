# 信枢 Xinshu. `make` lists what there is to do; the two that matter are `make run` and `make test`.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)

# Where `make run` keeps the example company, and where it listens.
DEMO_DATA ?= ./data/demo
LISTEN    ?= 127.0.0.1:8065

.PHONY: help run build web test check bench bench-growth bench-web soak acceptance generate release clean

help:
	@echo 'Targets:'
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s%s\n", $$1, $$2 }'

run: build ## build everything and start with an example company on http://127.0.0.1:8065
	exec bin/xinshu serve --demo --data $(DEMO_DATA) --listen $(LISTEN)

build: web ## build the web client and bin/xinshu; needs Go and Node only
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/xinshu ./cmd/xinshu

web:
	@scripts/web.sh

test: build ## all checks and all tests; installs PostgreSQL, Chromium, gcc and a font when they are missing
	@scripts/test.sh

check: web ## formatting, vet, staticcheck, rules of the house, generated files, web types and lint
	@scripts/check.sh

bench: build ## measure the server: bench/results/latest.json and what the time goes to, profiles.txt
	@scripts/bench.sh

bench-growth: build ## measure how figures change as data grows, up to 10M messages; takes an hour and 10 GB (STORES=DIR keeps the data)
	bin/xinshu bench growth $(if $(STORES),--stores $(STORES)) --out bench/results/growth.json --charts docs > /dev/null

bench-web: build ## measure the web client in Chromium
	@scripts/setup.sh
	@scripts/npm-ci.sh e2e/browser
	@. scripts/lib.sh; XINSHU_CHROMIUM=$$(find_chromium) XINSHU_BIN=$(CURDIR)/bin/xinshu npm --prefix e2e/browser run bench

soak: build ## long trials: an hour at half load (SOAK_LOAD=1h), 1,000 kills, hours of fuzz (SOAK_TIME=10m each)
	@scripts/soak.sh

acceptance: build ## tests over real data; needs XINSHU_TESTDATA
	@scripts/acceptance.sh

generate: ## write the OpenAPI document and the web client's types anew
	@scripts/generate.sh

release: web ## build for six systems into dist/, with checksums
	@scripts/release.sh '$(VERSION)' '$(LDFLAGS)'

clean: ## remove what was built (data/ stays)
	rm -rf bin dist web/node_modules web/tools/node_modules web/dist/* e2e/browser/node_modules
