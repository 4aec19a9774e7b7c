#!/bin/sh
# From a fresh clone on Debian 12 to results: installs, builds, replays an hour of traffic on a row of A100 servers under
# POLCA, compares POLCA with its baselines on 30 to 55 % more servers, draws both. Under ten minutes on two cores; run it again at will.
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
limits=out/row_limits

echo "== Installing the Debian packages that are missing"
scripts/setup.sh build plot
step "Configuring a release build in build/release" cmake --preset release
step "Building (the first time, some minutes)" cmake --build --preset release
step "Replaying an hour of traffic on 40 servers under POLCA" \
  $headroom run configs/scenario/polca_row.json --out $run --force
grep -v '^written to' "$log"
step "Comparing POLCA with its baselines: 52 to 62 servers, and load that grows with them" \
  $headroom sweep row_limits --out $limits
step "Drawing the run with 40 servers" /usr/bin/python3 scripts/plot.py $run
step "Drawing the comparison" /usr/bin/python3 scripts/plot_study.py $limits --base-servers 40

echo
/usr/bin/python3 scripts/study_table.py $limits
echo
echo "40 servers: JSON in $PWD/$run, picture $PWD/$run.png"
echo "52 to 62 servers: table $PWD/$limits/sweep.csv, picture $PWD/$limits.png"
