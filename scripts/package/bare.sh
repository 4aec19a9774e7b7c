#!/bin/sh
# Installs a package into a bare Debian 12 without a compiler and makes the report of `headroom demo` there, from another
# folder, in ten seconds: bare.sh FILE.deb. Needs root and mmdebstrap.
set -eu
deb=$(realpath "$1")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mmdebstrap --quiet --variant=minbase --include="$(dpkg-deb -f "$deb" Depends | sed 's/ ([^)]*)//g; s/ //g')" bookworm "$root"
cp "$deb" "$root/headroom.deb"
chroot "$root" dpkg -i /headroom.deb
! chroot "$root" sh -c 'command -v cc || command -v c++ || command -v gcc' || { echo "it has a compiler"; exit 1; }
mkdir "$root/elsewhere"
chroot "$root" sh -c 'cd /elsewhere && timeout 10 headroom demo'
test -s "$root/elsewhere/headroom-demo/report.html"
chroot "$root" sh -c 'cd / && headroom check polca_row'
