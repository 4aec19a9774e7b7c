#!/bin/sh
# Feeds mutated inputs to the readers under libFuzzer and the sanitizers: scripts/fuzz.sh [TARGET] [SECONDS]; every
# target of tests/fuzz for ten minutes by default. What it learns stays in build/fuzz/corpus/TARGET, what it finds in
# build/fuzz/found/TARGET: mend it, and store the input in tests/fuzz/corpus/TARGET under a name that says what is wrong.
set -eu
cd "$(dirname "$0")/.."
command -v clang++-16 >/dev/null || scripts/setup.sh fuzz
seconds=${2:-600}
targets=${1:-$(basename -s .cpp tests/fuzz/*.cpp)}
[ -d build/fuzz ] || cmake --preset fuzz

failed=""
for target in $targets; do
  [ -f "tests/fuzz/$target.cpp" ] || { echo "fuzz.sh: there is no target \"$target\" in tests/fuzz" >&2; exit 2; }
  cmake --build --preset fuzz --target "fuzz_$target"
  mkdir -p "build/fuzz/corpus/$target" "build/fuzz/found/$target"
  echo "== $target"
  "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$target/" "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" || failed="$failed $target"
done
[ -z "$failed" ] || { echo "found something in:$failed; see build/fuzz/found"; exit 1; }
