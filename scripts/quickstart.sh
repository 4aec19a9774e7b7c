#!/bin/sh
# From a fresh clone on Debian 12 to results: installs, builds, replays an hour of traffic on a row of A100 servers under
# POLCA, compares POLCA with its baselines on 30 % more servers, draws both. Under ten minutes on two cores; run it again at will.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Says what comes, does it quietly, and shows everything where it fails.
step() {
  echo "== $1"; shift
  "$@" >"$log" 2>&1 </dev/null || { result=$?; cat "$log" >&2; echo "quickstart.sh: that step failed" >&2; exit $result; }
}

headroom=build/release/headroom
run=out/polca_row
comparison=out/comparison

echo "== Installing the Debian packages that are missing"
scripts/setup.sh build plot
step "Configuring a release build in build/release" cmake --preset release
step "Building (the first time, some minutes)" cmake --build --preset release
step "Replaying an hour of traffic on 40 servers under POLCA" \
  $headroom run configs/scenario/polca_row.json --out $run --force
grep -v '^written to' "$log"
step "Comparing POLCA with its baselines: 52 servers, 1.3 times the load" \
  /usr/bin/python3 scripts/compare_controllers.py --headroom $headroom --out $comparison --force
step "Drawing the run with 40 servers" /usr/bin/python3 scripts/plot.py $run
step "Drawing POLCA on 52 servers" /usr/bin/python3 scripts/plot.py $comparison/polca --save $comparison.png

echo
sed 1,2d $comparison/comparison.md
echo
echo "40 servers: JSON in $PWD/$run, picture $PWD/$run.png"
echo "52 servers: JSON in $PWD/$comparison, picture $PWD/$comparison.png"
