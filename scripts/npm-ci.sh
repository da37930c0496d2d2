#!/usr/bin/env bash
# npm-ci.sh DIR: install DIR's locked npm packages, only when its lock file or Node changed since the last time.
# Scripts of packages never run: that is how poisoned packages act.
set -euo pipefail
cd "$1"
wanted=$( { node --version; cat package.json package-lock.json; } | cksum)
stamp=node_modules/.xinshu-lock
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi
npm ci --ignore-scripts --no-audit --no-fund </dev/null
echo "$wanted" > "$stamp"
