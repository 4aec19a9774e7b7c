#!/bin/sh
# What a package has beside the program: pages.sh PROGRAM FOLDER writes a man page of it and of each of its commands,
# completion for bash and zsh, and its changelogs.
set -eu
program=$(realpath "$1")
folder=$2
mkdir -p "$folder/man/man1" "$folder/bash-completion/completions" "$folder/zsh/vendor-completions"

# help2man wants a program: each command becomes one of its own name, with the words of its help.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
page() {  # name, command
  printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$program" "$2" >"$commands/$1"
  chmod +x "$commands/$1"
  about=$("$program" $2 --help | head -n 1)
  help2man --no-info --version-string="headroom $("$program" --version)" --name="$about" \
    --output="$folder/man/man1/$1.1" "$commands/$1"
  gzip -9n "$folder/man/man1/$1.1"
}
page headroom ""
for command in $("$program" completion words | grep -v ^-); do page "headroom-$command" "$command"; done

"$program" completion bash >"$folder/bash-completion/completions/headroom"
"$program" completion zsh >"$folder/zsh/vendor-completions/_headroom"
gzip -9n <"$(dirname "$0")/../../CHANGELOG.md" >"$folder/changelog.gz"
date=$(date -R -u -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}")
gzip -9n >"$folder/changelog.Debian.gz" <<END
headroom ($("$program" --version | cut -d" " -f1)-1) unstable; urgency=medium

  * What changed is in changelog.gz.

 -- Headroom maintainers <maintainers@headroom.invalid>  $date
END
