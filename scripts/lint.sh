#!/bin/sh
# Format of all C++ files, and clang-tidy: scripts/lint.sh [--all]. Without --all clang-tidy looks at the sources that HEAD
# changes against its parent, the smallest first, for at most five minutes, and names those that it left out.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh build lint
log=$(mktemp)
trap 'rm -f "$log"' EXIT
longest_s=300

echo "== format"
find src include tests -name '*.?pp' -print0 | xargs -0 clang-format --dry-run -Werror

echo "== clang-tidy"
cmake --preset edit -DHEADROOM_TESTS=OFF -B build/lint >"$log" 2>&1 || { cat "$log"; exit 1; }
if [ "${1:-}" = --all ]; then
  run-clang-tidy -quiet -j "$(nproc)" -p build/lint "$PWD/src/.*" >"$log" 2>&1 || { cat "$log"; exit 1; }
  exit 0
fi
git rev-parse -q --verify HEAD^ >/dev/null || { echo "HEAD has no parent here: nothing to compare with"; exit 0; }
changed=$(git diff --name-only --diff-filter=d HEAD^ HEAD -- 'src/*.cpp')
[ -n "$changed" ] || { echo "HEAD changes no sources"; exit 0; }
begun=$(date +%s)
# shellcheck disable=SC2086
for file in $(ls -rS $changed); do
  left=$((begun + longest_s - $(date +%s)))
  if [ "$left" -le 0 ] || ! timeout "$left" clang-tidy --quiet -p build/lint "$file" >"$log" 2>&1; then
    [ $((begun + longest_s - $(date +%s))) -gt 0 ] || { echo "not looked at, five minutes are over: $file"; continue; }
    cat "$log"
    exit 1
  fi
done
