#!/bin/sh
# Installs the Debian packages that Headroom needs: scripts/setup.sh [build] [test] [lint] [coverage] [plot] [fuzz] [package]; without a word, build.
# Does nothing where all are installed; as another user than root it uses sudo.
set -eu

packages=""
for set in "${@:-build}"; do
  case "$set" in
    build) packages="$packages build-essential cmake ninja-build pkg-config libsimgrid-dev libboost-dev nlohmann-json3-dev
                     libspdlog-dev libcli11-dev zlib1g-dev libzstd-dev libsqlite3-dev coinor-libcbc-dev"
           command -v npm >/dev/null || packages="$packages npm" ;;  # bundles the page of headroom report
    test) packages="$packages libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev python3 python3-numpy
                    python3-scipy python3-matplotlib python3-jsonschema slurmctld slurmd
                    slurm-client munge"
          command -v chromium >/dev/null || packages="$packages chromium-headless-shell" ;;
    lint) packages="$packages clang-format clang-tidy" ;;
    coverage) packages="$packages gcovr" ;;
    fuzz) packages="$packages clang-16 libclang-rt-16-dev" ;;
    package) packages="$packages help2man mmdebstrap" ;;
    plot) packages="$packages python3 python3-numpy python3-scipy python3-matplotlib" ;;
    *) echo "setup.sh: there is no set \"$set\"; choose of build, test, lint, coverage, plot, fuzz, package" >&2; exit 2 ;;
  esac
done

missing=""
for package in $packages; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "setup.sh: needs root or sudo to install:$missing" >&2; exit 1; }
  as_root="sudo"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "setup.sh: installing$missing"
quietly() {
  $as_root env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null || { cat "$log" >&2; exit 1; }
}
quietly apt-get -q update
# shellcheck disable=SC2086
quietly apt-get -q -y --no-install-recommends install $missing
