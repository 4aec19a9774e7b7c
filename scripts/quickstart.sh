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
hour=out/polca_hour

echo "== Installing the Debian packages that are missing"
scripts/setup.sh build plot
step "Configuring a release build in build/release" cmake --preset release
step "Building (the first time, some minutes)" cmake --build --preset release
step "Replaying an hour of traffic on 40 servers under POLCA" \
  $headroom run configs/scenario/polca_row.json --out $run --force
grep -v '^written to' "$log"
rm -rf "$hour"  # a sweep keeps points of a program of the same version; one that was built anew shows its own results
step "Comparing POLCA with its baselines: 52 servers, 1.3 times the load" \
  $headroom sweep polca_hour --out $hour
step "Drawing the run with 40 servers" /usr/bin/python3 scripts/plot.py $run
step "Drawing POLCA on 52 servers" /usr/bin/python3 scripts/plot.py $hour/points/policy=polca --save $hour.png

echo
/usr/bin/python3 scripts/study_table.py $hour
echo
echo "40 servers: JSON in $PWD/$run, picture $PWD/$run.png"
echo "52 servers: JSON in $PWD/$hour, picture $PWD/$hour.png"
