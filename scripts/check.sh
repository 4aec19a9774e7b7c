#!/bin/sh
# What is checked before an issue is closed and takes too long for every push, on top of scripts/test.sh:
# clang-tidy of everything, -O0 against -O2, the fit, mutated scenarios, the package on a bare Debian.
set -u
cd "$(dirname "$0")/.." || exit
jobs=$(nproc)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=""

check() {
  name=$1; shift
  echo "== $name"
  "$@" >"$folder/log" 2>&1 </dev/null || { cat "$folder/log"; failed="$failed, $name"; }
}

build() {  # folder, configure options
  into=$1; shift
  cmake -B "$into" -G Ninja "$@" && cmake --build "$into" --target headroom
}

# The golden cases must give the same bits whether the compiler optimises or not.
unoptimised() {
  build build/o0 -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-O0 -DHEADROOM_TESTS=OFF &&
    python3 -B tests/golden/run.py --same build/o0/headroom build/release/headroom
}

# docs/validation.md, where the measured data are there. Pictures may differ by version of matplotlib.
validation() {
  [ -d "${HEADROOM_DATA:-../shared/data}" ] || return 0
  scripts/validate.py --headroom build/release/headroom --out "$folder/docs" || return 1
  diff -u docs/validation.md "$folder/docs/validation.md" ||
    { echo "docs/validation.md: run scripts/validate.py --headroom build/release/headroom"; return 1; }
}

# Coefficients and docs/calibration.md, in a copy: the fit writes beside its script. A minute, where the data are there.
calibration() {
  data=${HEADROOM_DATA:-../shared/data}
  [ -d "$data" ] || return 0
  mkdir "$folder/copy" && cp -R scripts configs docs "$folder/copy" || return 1
  HEADROOM_DATA=$(cd "$data" && pwd) "$folder/copy/scripts/calibrate.py" || return 1
  for fitted in configs/hardware configs/stack docs/calibration.md; do
    diff -ru "$fitted" "$folder/copy/$fitted" || { echo "$fitted: run scripts/calibrate.py"; return 1; }
  done
}

# Mutated scenarios: exit codes, memory, Ctrl-C, finite numbers.
mutated() {
  HEADROOM=build/release/headroom tests/fuzz/mutate_scenarios.py --number 10000 --jobs "$jobs"
}

# The Debian package where there is nothing but what it depends on; as root alone.
package() {
  scripts/package/deb.sh && scripts/package/bare.sh build/release/headroom_*.deb
}

check "build (release)" build build/release --preset release
check "validation" validation
check "calibration" calibration
check "-O0 against -O2" unoptimised
check "mutated scenarios" mutated
check "package" package
check "format and clang-tidy" scripts/lint.sh --all
[ -z "$failed" ] || { echo "FAILED: ${failed#, }"; exit 1; }
echo "all checks passed"
