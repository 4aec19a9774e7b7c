#!/usr/bin/python3
"""Measures what headroom costs on four fixed scenarios: requests/s, events/s, processor time and instructions per request, peak memory.

Rates are the best of several runs, processor time is their median; the scenarios take turns, so that they meet the same machine. Both depend on the machine and on what else it does; instructions are counted by valgrind's callgrind
and are repeatable for the same binary, so that they show a regression.
It takes about a minute, most of it valgrind's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
from profiling import callgrind  # noqa: E402

PROJECT = Path(__file__).resolve().parent.parent
SCENARIOS = {
    "row": ["polca_row"],
    "1000_servers": ["polca_row", "--set", "/site/servers=1000", "--set", "/site/levels/0/budget_w=5590000",
                     "--set", "/workload/trace/copies=250", "--set", "/duration_s=240"],
    "2560_servers": ["polca_row", "--set", "/site/servers=2560", "--set", "/site/levels/0/budget_w=14310400",
                     "--set", "/workload/trace/copies=640", "--set", "/duration_s=240"],
    "day_1e8": ["day_1e8", "--set", "/duration_s=240"],
}
COLUMNS = {"requests": ",.0f", "requests_per_s": ",.0f", "events_per_s": ",.0f", "cpu_us_per_request": ".3f",
           "instructions_per_request": ",.0f", "peak_rss_mib": ".1f"}


class InputError(Exception):
    """The user's input cannot be used."""


# ---- measuring


def run(program: Path, arguments: list[str], out: Path) -> dict:
    """What a run took: host.json, its requests and processor time."""
    try:
        process = subprocess.Popen([program, "run", *arguments, "--quiet", "--out", out])
    except OSError as error:
        raise InputError(f"--headroom {program}: cannot be run ({error.strerror})") from error
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise InputError(f"{arguments[0]}: headroom ended with exit code {process.returncode}")
    requests = json.loads((out / "summary.json").read_text())["requests"]["arrived"]
    return {**json.loads((out / "host.json").read_text()), "requests": requests, "cpu_s": usage.ru_utime + usage.ru_stime}


def of_runs(hosts: list[dict]) -> dict:
    requests = hosts[0]["requests"]
    return {"requests": requests,
            "requests_per_s": max(host["requests_per_s"] for host in hosts),
            "events_per_s": max(host["events_per_s"] for host in hosts),
            "cpu_us_per_request": 1e6 * statistics.median(host["cpu_s"] for host in hosts) / requests,
            "peak_rss_mib": max(host["peak_rss_mib"] for host in hosts)}


def count(args: argparse.Namespace, arguments: list[str], folder: Path, result: dict) -> None:
    folder.mkdir()
    profile = callgrind.run(args.headroom, arguments, folder / "counted")
    result["instructions_per_request"] = callgrind.instructions(profile) / result["requests"]


def bench(args: argparse.Namespace) -> dict:
    duration = [] if args.duration is None else ["--set", f"/duration_s={args.duration}"]
    names = args.only or list(SCENARIOS)
    with tempfile.TemporaryDirectory(prefix="headroom-bench-") as place:
        folder = Path(place)
        rounds = [{name: run(args.headroom, [*SCENARIOS[name], *duration], folder / f"{name}-{i}") for name in names}
                  for i in range(args.repeat)]
        results = {name: of_runs([summaries[name] for summaries in rounds]) for name in names}
        if args.count:
            for name in names:
                count(args, [*SCENARIOS[name], *duration], folder / name, results[name])
    return {"format": 1, "scenarios": {name: {column: results[name][column] for column in COLUMNS if column in results[name]}
                                       for name in names}}


# ---- printing


def cell(column: str, result: dict, before: dict) -> str:
    if column not in result:
        return "-"
    ratio = f" ({result[column] / before[column]:.3f})" if before.get(column) else ""
    return format(result[column], COLUMNS[column]) + ratio


def table(measured: dict, before: dict) -> str:
    """A Markdown table, aligned; with an earlier measurement, ratios to it in brackets."""
    rows = [["scenario", *(column.replace("_", " ") for column in COLUMNS)]]
    for name, result in measured["scenarios"].items():
        rows.append([name, *(cell(column, result, before.get("scenarios", {}).get(name, {})) for column in COLUMNS)])
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths))) + " |"
             for cells in rows]
    rule = "|" + "|".join("-" * (w + 1) + ("-" if i == 0 else ":") for i, w in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


# ---- the whole


def read_before(file: Path | None) -> dict:
    if file is None:
        return {}
    try:
        before = json.loads(file.read_text())
    except OSError as error:
        raise InputError(f"--against {file}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"--against {file}: not JSON ({error})") from error
    if not isinstance(before, dict) or "scenarios" not in before:
        raise InputError(f"--against {file}: was not written by bench.sh --json")
    return before


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headroom", type=Path, default=PROJECT / "build/release/headroom", help="the program to measure")
    parser.add_argument("--json", type=Path, nargs="?", const=Path("-"), metavar="FILE",
                        help="write the measurements as JSON; without a file, to stdout in place of the table")
    parser.add_argument("--against", type=Path, metavar="FILE", help="an earlier JSON: the table adds the ratios to it")
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), help="measure this scenario only; may be repeated")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each: the fastest counts, of processor time the median (5)")
    parser.add_argument("--duration", type=float, metavar="SECONDS", help="simulate this long instead")
    args = parser.parse_args()
    if args.repeat < 1:
        parser.error("--repeat: must be at least 1")
    return args


def main() -> None:
    args = parse()
    before = read_before(args.against)
    os.environ["HEADROOM_CONFIGS"] = str(PROJECT / "configs")  # where the scenarios' names are looked up, wherever we are
    args.count = callgrind.available()
    if not args.count:
        print("bench.py: valgrind is not installed, so instructions are not counted", file=sys.stderr)
    measured = bench(args)
    text = json.dumps(measured, indent=2) + "\n"
    if args.json == Path("-"):
        print(text, end="")
        return
    if args.json:
        args.json.write_text(text)
    print(table(measured, before))


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(f"bench.py: {error}", file=sys.stderr)
        sys.exit(2)
