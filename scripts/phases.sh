# phases.sh: named steps with their time and outcome. Sourced by test.sh and check.sh.
#
#   phase NAME CMD...   runs CMD, prints how long it took, remembers a failure, never ends the script
#   phases_end          prints the table; fails when a phase failed

phases=()
phases_failed=0

phase() {
  local name=$1 started=$SECONDS code=0
  shift
  echo
  echo "==> $name"
  "$@" || code=$?
  if [ "$code" -eq 0 ]; then
    phases+=("$(printf '%-8s%6d s  %s' ok $((SECONDS - started)) "$name")")
  else
    phases+=("$(printf '%-8s%6d s  %s (exit code %d)' FAILED $((SECONDS - started)) "$name" "$code")")
    phases_failed=1
  fi
}

phases_end() {
  echo
  printf '%s\n' "${phases[@]}"
  printf '%-8s%6d s  in all\n' "" "$SECONDS"
  return "$phases_failed"
}
