#!/usr/bin/python3
"""Counts instructions per request by layer with callgrind: profile.py SCENARIO [headroom run options].

Builds build/profile (release with debug information), runs the scenario once under valgrind, and prints a Markdown table.
Counts are repeatable for the same binary and input, whatever else the machine does. Needs valgrind.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
from profiling import callgrind  # noqa: E402

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build" / "profile"
LINE = re.compile(r"^\s*([\d,]+)\s+(\S+?):(.+?)(?: \[(\S+)\])?$")
FOLDER = re.compile(r"(?:^|/)(?:src|roots)/(base|config|workload|facility|model|policy|serving|metrics|engine|app)/")


def build() -> Path:
    subprocess.run(["cmake", "-S", PROJECT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_CXX_FLAGS=-g", "-DHEADROOM_TESTS=OFF"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", BUILD], check=True, stdout=subprocess.DEVNULL)
    return BUILD / "headroom"


def entries(text: str) -> list[tuple[int, str, str, str]]:
    """(instructions, file, function, object) of every line of the profile."""
    found = []
    for line in text.splitlines():
        if (match := LINE.match(line)) and "PROGRAM TOTALS" not in line:
            found.append((int(match[1].replace(",", "")), match[2], match[3], match[4] or ""))
    return found


def layer_of(file: str, function: str, home: str, layers: dict[str, str]) -> str:
    if "simgrid" in home:
        return "SimGrid"
    if match := FOLDER.search(file):
        return match[1]
    if function in layers:  # a standard or interface function inlined into one of ours
        return layers[function]
    if "nlohmann" in file or "nlohmann" in function:
        return "JSON (nlohmann)"
    if "ld-linux" in home or "ld-2" in home:
        return "program start (dynamic linker)"
    return "C and C++ library, other"


def by_layer(text: str) -> dict[str, int]:
    lines = entries(text)
    layers = {function: match[1] for _, file, function, _ in lines if (match := FOLDER.search(file))}
    sums: dict[str, int] = defaultdict(int)
    for count, file, function, home in lines:
        sums[layer_of(file, function, home, layers)] += count
    return sums


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit("usage: profile.py SCENARIO [headroom run options]")
    program = build()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        text = callgrind.annotated(callgrind.run(program, sys.argv[1:], out))
        requests = json.loads((out / "summary.json").read_text())["requests"]["arrived"]
    sums = by_layer(text)
    total = sum(sums.values())
    print("| layer | instructions per request | share |\n| --- | ---: | ---: |")
    for layer, count in sorted(sums.items(), key=lambda item: -item[1]):
        print(f"| {layer} | {count / requests:,.0f} | {count / total:.1%} |")
    print(f"| all | {total / requests:,.0f} | 100% |")


if __name__ == "__main__":
    main()
