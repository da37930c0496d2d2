#!/usr/bin/env bash
# setup.sh: install what the tests need beyond Go and Node: PostgreSQL 15+ (server binaries), Chromium, a CJK font, a C compiler.
#
# Installs with apt when it may (root, or sudo that asks for no password); otherwise it stops
# and prints the one command to type. Does nothing, in well under a second, when all is there.
# With "--check" it installs nothing and only says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

# A wrong setting is named, not repaired by installing something else.
if [ -n "${XINSHU_CHROMIUM:-}" ] && [ ! -x "$XINSHU_CHROMIUM" ]; then
  echo "setup: XINSHU_CHROMIUM names $XINSHU_CHROMIUM, which is no program" >&2
  exit 1
fi
if [ -n "${XINSHU_PG_BIN:-}" ] && ! find_postgres >/dev/null; then
  echo "setup: XINSHU_PG_BIN names $XINSHU_PG_BIN, which holds no initdb and postgres of version 15 or later" >&2
  exit 1
fi

packages=()
reasons=()
missing() { packages+=("$1"); reasons+=("  $1: $2"); }

if ! find_postgres >/dev/null; then missing postgresql "PostgreSQL 15 or later: every storage test runs on it too"; fi
if ! find_chromium >/dev/null; then missing chromium "the browser tests run in a real browser"; fi
if ! has_cjk_font; then missing fonts-noto-cjk "screenshots of Chinese text are compared by eye and by pixel"; fi
# CC wins over the packaged compiler, as it does for the go command itself.
if ! command -v "${CC:-gcc}" >/dev/null 2>&1; then missing gcc "go test -race links C code"; fi
if ! command -v strace >/dev/null 2>&1; then missing strace "tests play a failing disk with it"; fi
if ! has_libc_headers; then missing libc6-dev "headers for go test -race"; fi

if [ ${#packages[@]} -eq 0 ]; then exit 0; fi

echo "setup: missing for the tests:"
printf '%s\n' "${reasons[@]}"
command="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
if [ "${1:-}" = "--check" ]; then exit 1; fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "setup: this system has no apt-get. Install the same things with its package manager, then run make test again." >&2
  echo "setup: programs in unusual places are named by XINSHU_PG_BIN (folder of initdb) and XINSHU_CHROMIUM (the program)." >&2
  exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root=(sudo -n env)
else
  echo "setup: this account may not install packages. Type this once, then run make test again:" >&2
  echo >&2
  echo "    sudo sh -c '$command'" >&2
  echo >&2
  exit 1
fi

# The postgresql package starts a cluster of its own on installation. We neither need nor want it:
# the tests bring up a throw-away one. This setting is read by postgresql-common before it creates anything.
if [[ " ${packages[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  "${as_root[@]}" sh -c 'mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf'
fi

echo "setup: $command"
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null || echo "setup: apt-get update had errors; trying with the lists there are" >&2
# --force-confold: keep the file written above when the package brings its own.
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "${packages[@]}" </dev/null

exec "$0" --check
