#!/bin/sh
# Installs, builds and runs every test: those of the program from outside on an optimised build, all others under
# AddressSanitizer and UBSan, so that each is compiled once. Fails if any fails.
# Ends with what each step took: seconds, and processor seconds of all cores together.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)
log=$(mktemp)
trap 'rm -f "$log" "$log.times"' EXIT
summary=""
failed=0

# Processor seconds of all programs that have ended so far.
cpu_seconds() {
  times >"$log.times"
  sed -n '2s/[ms]/ /gp' "$log.times" | awk '{print int($1 * 60 + $2 + $3 * 60 + $4)}'
}

begin() {
  name=$1
  begun=$(date +%s)
  cpu_begun=$(cpu_seconds)
  echo "== $name"
}

end() {
  summary="$summary$name: $(($(date +%s) - begun)) s, $(($(cpu_seconds) - cpu_begun)) s of processor time
"
}

# Runs a step, and stops here where it fails.
step() {
  begin "$1"; shift
  "$@" >"$log" 2>&1 </dev/null || { cat "$log"; echo "== $name FAILED"; exit 1; }
  end
}

# Runs tests of a preset; a failure is reported at the end, so that one run shows all of them.
tests() {
  begin "tests ($1)"
  ctest --preset "$@" -j "$jobs" >"$log" 2>&1 </dev/null && result=0 || result=$?
  [ "$result" = 0 ] || { failed=1; cat "$log"; }
  end
  summary="$summary$(sed -n '/tests passed/,$p' "$log" | grep -v '^$')
$(sed -n "s/.* skipped '\(.*\)'$/skipped: \1/p" "build/$1/Testing/Temporary/LastTest.log" | sort -u)
"
}

scripts/setup.sh build test
step "configure (dev)" cmake --preset dev
step "build (dev)" cmake --build --preset dev --target headroom
tests dev --label-regex 'cli|slurm|browser|golden'
step "configure (asan)" cmake --preset asan
step "build (asan)" cmake --build --preset asan
tests asan
echo "== summary"
printf '%s' "$summary"
[ $failed = 0 ] && echo "all tests passed" || echo "TESTS FAILED"
exit $failed
