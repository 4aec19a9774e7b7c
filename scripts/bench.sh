#!/bin/sh
# What the program costs on three fixed scenarios: see scripts/bench.py --help.
exec /usr/bin/python3 "$(dirname "$0")/bench.py" "$@"
