#!/usr/bin/env bash
# box.sh CORES MEMORY COMMAND...: run COMMAND in a control group with so many cores and so much memory (bytes, or with M or G), swap
# included; the command keeps this process's id. Needs root, or a delegated group on cgroup v2. Exit status 77: no group can be made here.
set -euo pipefail
[ $# -ge 3 ] || { echo "usage: box.sh CORES MEMORY COMMAND..." >&2; exit 2; }
cores=$1 memory=$2
shift 2

fail() { echo "box.sh: $1" >&2; exit 77; }

# sweep removes the groups below $1 whose process has ended.
sweep() {
  local left
  for left in "$1"/xinshu-box-*; do
    [ -d "/proc/${left##*-}" ] || rmdir "$left" 2>/dev/null || true
  done
}

# v2: one tree for all controllers.
box_v2() {
  local root=$1 own
  own=$root$(sed -n 's/^0:://p' /proc/self/cgroup)
  [ -w "$own" ] || own=$root
  grep -qw memory "$own/cgroup.subtree_control" 2>/dev/null || echo "+cpu +memory" > "$own/cgroup.subtree_control" 2>/dev/null || return 1
  sweep "$own"
  local box=$own/xinshu-box-$$
  mkdir "$box" 2>/dev/null || return 1
  echo "$memory" > "$box/memory.max"
  echo 0 > "$box/memory.swap.max" 2>/dev/null || true # a kernel that does not count swap
  echo "$((cores * 100000)) 100000" > "$box/cpu.max"
  echo $$ > "$box/cgroup.procs"
}

# v1: one tree for each controller.
box_v1() {
  local root=$1 controller box
  for controller in memory cpu; do
    [ -w "$root/$controller" ] || return 1
    sweep "$root/$controller"
    mkdir "$root/$controller/xinshu-box-$$" 2>/dev/null || return 1
  done
  box=$root/memory/xinshu-box-$$
  echo "$memory" > "$box/memory.limit_in_bytes"
  echo "$memory" > "$box/memory.memsw.limit_in_bytes" 2>/dev/null || true # a kernel that does not count swap
  echo $((cores * 100000)) > "$root/cpu/xinshu-box-$$/cpu.cfs_quota_us"
  for controller in memory cpu; do echo $$ > "$root/$controller/xinshu-box-$$/cgroup.procs"; done
}

root=/sys/fs/cgroup
[ -d $root ] || fail "there are no control groups on this machine"
if [ -f $root/cgroup.controllers ]; then
  box_v2 $root || fail "no control group can be made below $root: run as root, or in a delegated group (systemd-run --user --scope -p Delegate=yes)"
else
  box_v1 $root || fail "no control group can be made below $root/memory and $root/cpu: run as root"
fi
exec "$@"
