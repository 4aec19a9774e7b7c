#!/bin/sh
# Installs a package into a bare Debian 12 without a compiler and makes the report of `headroom demo` there, from another
# folder, in ten seconds: bare.sh FILE.deb. Needs root and mmdebstrap.
set -eu
deb=$(realpath "$1")
root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null; rm -rf "$root"' EXIT
inside() { chroot "$root" sh -euc "$1"; }

libraries=$(dpkg-deb -f "$deb" Depends | sed 's/ ([^)]*)//g; s/ //g')
mmdebstrap --quiet --variant=minbase --include="$libraries" bookworm "$root"
mount -t proc proc "$root/proc"
cp "$deb" "$root/headroom.deb"
inside 'dpkg -i /headroom.deb'
for compiler in cc c++ gcc g++ clang; do
  ! inside "command -v $compiler" || { echo "bare.sh: this Debian is not bare, it has $compiler" >&2; exit 1; }
done
inside 'mkdir /elsewhere && cd /elsewhere && timeout 10 headroom demo && test -s headroom-demo/report.html'
inside 'cd / && headroom check $(headroom list scenario --names)'
inside 'cd /elsewhere && headroom init row && headroom run row.json --set /duration_s=60 --out first'
