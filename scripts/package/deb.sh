#!/bin/sh
# Makes the Debian package build/release/headroom_VERSION_ARCHITECTURE.deb with man pages and completion.
set -eu
cd "$(dirname "$0")/../.."
scripts/setup.sh build package
build=build/release
cmake --preset release >/dev/null
cmake --build --preset release
pages=$build/package
rm -rf "$pages"
scripts/package/pages.sh $build/headroom "$pages"
rm -f $build/headroom_*.deb
(cd $build && cpack >package/cpack.log 2>&1) || { cat "$pages/cpack.log"; exit 1; }
ls $build/headroom_*.deb
