#!/bin/sh
# From a fresh clone on Debian 12 to a picture: installs packages, builds, and replays an hour of traffic on a row of
# servers under POLCA and its baselines into one page. Says at the end what each part took; run it again at will.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
took=""

# Says what comes and what it took; shows what it says on a terminal, or where it fails.
step() {
  name=$1; shift
  echo "== $name"
  begun=$(date +%s)
  if [ -t 1 ]; then "$@" </dev/null
  else "$@" >"$log" 2>&1 </dev/null || { result=$?; cat "$log" >&2; echo "quickstart.sh: that step failed" >&2; exit $result; }
  fi
  took="$took$(printf '%4d s  %s' $(($(date +%s) - begun)) "$name")
"
}

build() {
  cmake --preset release >"$log" || { cat "$log" >&2; return 1; }
  NINJA_STATUS='[%f of %t, %e s] ' cmake --build --preset release
}

# A sweep keeps points of a program of the same version; one that was built anew shows its own results.
run() {
  rm -rf out/demo
  build/release/headroom demo --out out/demo
}

step "Packages of Debian" scripts/setup.sh build
step "Build" build
step "Run" run
printf '\n%s\nLook at %s/out/demo/report.html\n' "$took" "$PWD"
