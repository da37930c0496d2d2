#!/usr/bin/env bash
# postgres.sh CMD ARGS...: run a command beside a throw-away PostgreSQL and end with its exit code.
#
# The command finds the server in XINSHU_TEST_POSTGRES (postgres://user:password@127.0.0.1:port/xinshu).
# Nothing of the cluster outlives the command: not on failure, not on Ctrl-C, and, where setpriv exists, not on kill -9 of this script.
# When XINSHU_TEST_POSTGRES is set already, that server is used and none is started.
#
#   scripts/postgres.sh go test ./internal/org/...     one package
#   scripts/postgres.sh bash                           a shell to work in
set -euo pipefail

if [ $# -eq 0 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
if [ -n "${XINSHU_TEST_POSTGRES:-}" ]; then exec "$@"; fi

. "$(dirname "$0")/lib.sh"
if ! bin=$(find_postgres); then
  echo "postgres.sh: no PostgreSQL 15 or later found. Run scripts/setup.sh, or name its folder in XINSHU_PG_BIN." >&2
  exit 1
fi

# The server refuses to run as root, so root lends it to an unprivileged account.
# That account must reach the folder, which a private TMPDIR of root may not allow.
owner=""
tmp="${TMPDIR:-/tmp}"
if [ "$(id -u)" -eq 0 ]; then
  for owner in postgres nobody; do id -u "$owner" >/dev/null 2>&1 && break; done
  tmp=/tmp
fi
dir=$(mktemp -d "$tmp/xinshu-pg.XXXXXX")
server=""

stop() {
  if [ -n "$server" ]; then
    # QUIT ends all backends at once; the data goes away anyway.
    kill -QUIT "$server" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$server" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# as_owner CMD...: as the account that owns the cluster, outside our folder, which it may not be able to enter.
as_owner() {
  cd /
  if [ -z "$owner" ]; then
    exec "$@"
  elif command -v setpriv >/dev/null 2>&1; then
    exec setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups -- "$@"
  else
    exec runuser -u "$owner" -- "$@"
  fi
}

# dies_with_us CMD...: the kernel ends the server when this script is killed; a session of its own keeps Ctrl-C away from it.
dies_with_us() {
  local wrap=()
  if command -v setsid >/dev/null 2>&1; then wrap+=(setsid); fi
  if command -v setpriv >/dev/null 2>&1; then wrap+=(setpriv --pdeathsig QUIT --); fi
  as_owner "${wrap[@]}" "$@"
}

password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
(umask 077; printf '%s\n' "$password" > "$dir/password")
if [ -n "$owner" ]; then chown -R "$owner" "$dir"; fi

locale=C
if locale -a 2>/dev/null | grep -qix 'c\.utf-\?8'; then locale=C.UTF-8; fi

# md5 and not scram: tests open thousands of connections, and one scram handshake costs milliseconds (tens under -race).
# The password is random, lives as long as the command, and the server listens on loopback only.
if ! (as_owner "$bin/initdb" -D "$dir/data" -U xinshu --pwfile "$dir/password" --auth=md5 \
      --encoding=UTF8 --locale="$locale" --no-sync) > "$dir/initdb.log" 2>&1; then
  echo "postgres.sh: initdb failed:" >&2
  cat "$dir/initdb.log" >&2
  exit 1
fi

# max_connections: every parallel test has its own small pool on two engines, and e2e tests start whole nodes.
# max_locks_per_transaction: dropping a test's schema locks each of its tables and indexes.
settings=(
  -c listen_addresses=127.0.0.1
  -c unix_socket_directories="$dir"
  -c max_connections=400
  -c max_locks_per_transaction=256
  -c shared_buffers=128MB
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off
  -c wal_level=minimal -c max_wal_senders=0
  -c jit=off
  -c logging_collector=off
)

# PostgreSQL cannot pick a free port by itself. Ours are tried below the range from which the kernel gives out ephemeral ones.
for attempt in 1 2 3 4 5 6 7 8; do
  port=$((20000 + RANDOM % 12000))
  (dies_with_us "$bin/postgres" -D "$dir/data" -p "$port" "${settings[@]}") > "$dir/server.log" 2>&1 </dev/null &
  server=$!
  for _ in $(seq 300); do
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    if grep -q 'ready to accept connections' "$dir/server.log"; then break 2; fi
    sleep 0.1
  done
  wait "$server" 2>/dev/null || true
  server=""
  if ! grep -q 'Address already in use' "$dir/server.log"; then break; fi
done
if [ -z "$server" ]; then
  echo "postgres.sh: the server did not start:" >&2
  cat "$dir/server.log" >&2
  exit 1
fi

PGPASSWORD="$password" "$bin/psql" -X -q -h 127.0.0.1 -p "$port" -U xinshu -d postgres -c 'CREATE DATABASE xinshu'
export XINSHU_TEST_POSTGRES="postgres://xinshu:$password@127.0.0.1:$port/xinshu?sslmode=disable"

code=0
"$@" || code=$?
if [ "$code" -ne 0 ] && grep -Eq 'PANIC|FATAL:  (out of|too many|sorry)' "$dir/server.log"; then
  echo "postgres.sh: the server complained; the end of its log:" >&2
  tail -n 20 "$dir/server.log" >&2
fi
exit "$code"
