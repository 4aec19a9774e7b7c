#!/bin/sh
# Installs, builds and runs every test; then the fast ones again under AddressSanitizer and UBSan. Fails if any fails.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
summary=""
failed=0

# Runs a step, says how long it took, and stops here where it fails.
step() {
  name=$1; shift
  begun=$(date +%s)
  echo "== $name"
  "$@" >"$log" 2>&1 </dev/null || { cat "$log"; echo "== $name FAILED"; exit 1; }
  summary="$summary$name: $(($(date +%s) - begun)) s
"
}

# Runs the tests of a preset; a failure is reported at the end, so that one run shows all of them.
tests() {
  begun=$(date +%s)
  echo "== tests ($1)"
  ctest --preset "$1" -j "$jobs" >"$log" 2>&1 </dev/null && result=0 || result=$?
  [ "$result" = 0 ] || { failed=1; cat "$log"; }
  summary="${summary}tests ($1): $(($(date +%s) - begun)) s
$(sed -n '/tests passed/,$p' "$log" | grep -v '^$')
$(sed -n "s/.* skipped '\(.*\)'$/skipped: \1/p" "build/$1/Testing/Temporary/LastTest.log" | sort -u)
"
}

scripts/setup.sh build test
step "configure (dev)" cmake --preset dev
step "build (dev)" cmake --build --preset dev
tests dev
step "configure (asan)" cmake --preset asan
step "build (asan)" cmake --build --preset asan
tests asan
echo "== summary"
printf '%s' "$summary"
[ $failed = 0 ] && echo "all tests passed" || echo "TESTS FAILED"
exit $failed
