#!/usr/bin/python3
"""Counts instructions per request by layer with callgrind.

Makes a build of its own in build/profile (release with debug information), which takes minutes the first time, runs the scenario once
under valgrind, and prints a Markdown table. Counts are repeatable for the same binary and input, whatever else the machine does.
Needs valgrind.
"""

import argparse
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
FOLDERS = ("base|config|table|workload|facility|model|policy|serving|training|metrics|grid|kernel|scenario|fleet|control|thermal|jobs|"
           "engine|app")
FOLDER = re.compile(rf"(?:^|/)(?:src|roots)/({FOLDERS})/")


class Failure(Exception):
    """A step did not end well."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", metavar="SCENARIO", help="a scenario, as headroom run takes it")
    parser.add_argument("options", nargs=argparse.REMAINDER, metavar="...", help="options of headroom run, such as --set POINTER=VALUE")
    args = parser.parse_args()
    if "--help" in args.options or "-h" in args.options:
        parser.print_help()
        sys.exit(0)
    return args


def make(command: list) -> None:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        raise Failure(f"{command[0]}: cannot be run ({error.strerror})") from error
    if done.returncode != 0:
        raise Failure(f"{command[0]} ended with exit code {done.returncode}\n{done.stdout}")


def build() -> Path:
    print(f"profile.py: building {BUILD}", file=sys.stderr)
    make(["cmake", "-S", PROJECT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS=-g",
          "-DHEADROOM_TESTS=OFF"])
    make(["ninja", "-C", BUILD])
    return BUILD / "headroom"


def count(program: Path, run: list[str]) -> tuple[str, int]:
    """The profile of a run, and how many requests arrived in it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        try:
            text = callgrind.annotated(callgrind.run(program, run, out))
        except subprocess.CalledProcessError as error:
            raise Failure(f"{run[0]}: the run under valgrind ended with exit code {error.returncode}") from error
        if not (out / "summary.json").exists():
            raise Failure(f"{run[0]}: the run wrote no summary.json")
        return text, json.loads((out / "summary.json").read_text())["requests"]["arrived"]


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
    args = arguments()
    if not callgrind.available():
        raise Failure("valgrind is not installed")
    text, requests = count(build(), [args.scenario, *args.options])
    if requests == 0:
        raise Failure(f"{args.scenario}: no request arrived")
    sums = by_layer(text)
    total = sum(sums.values())
    print("| layer | instructions per request | share |\n| --- | ---: | ---: |")
    for layer, instructions in sorted(sums.items(), key=lambda item: -item[1]):
        print(f"| {layer} | {instructions / requests:,.0f} | {instructions / total:.1%} |")
    print(f"| all | {total / requests:,.0f} | 100% |")


if __name__ == "__main__":
    try:
        main()
    except Failure as error:
        sys.exit(f"profile.py: {error}")
