#!/usr/bin/python3
"""Runs one scenario under several power policies, same seed and load, and compares what they cost.

Impact is percentile(run) / percentile(none) - 1 of end-to-end latency, by priority, as in POLCA (arXiv 2308.12908).
Into the output directory go one run directory a policy, comparison.json and comparison.md.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

REFERENCE = "none"
POLICIES = (REFERENCE, "no_cap", "one_threshold_low_priority", "one_threshold_all", "polca")
PRIORITIES = ("high", "low")
PERCENTILES = ("p50", "p99")
COPIES = "/workload/trace/copies"
PROJECT = Path(__file__).resolve().parent.parent


class InputError(Exception):
    """The user's input cannot be used."""


class RunFailed(Exception):
    """headroom ended with an error; its message is on stderr already."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


# ---- running


def scenario_copies(scenario: Path) -> float:
    try:
        settings = json.loads(scenario.read_text())
    except OSError as error:
        raise InputError(f"--scenario {scenario}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"--scenario {scenario}: not JSON ({error})") from error
    trace = settings.get("workload", {}).get("trace")
    if not isinstance(trace, dict):
        raise InputError(f"--scenario {scenario}: has no {COPIES.rsplit('/', 1)[0]}, whose load could be scaled")
    return trace.get("copies", 1)


def command(args: argparse.Namespace, policy: str, copies: float, out: Path) -> list[str]:
    settings = [f"/site/servers={args.servers}", f"{COPIES}={copies:.12g}", *args.set, f"/policy={policy}"]
    sets = [word for setting in settings for word in ("--set", setting)]
    return [args.headroom, "run", str(args.scenario), *sets, "--out", str(out)]


def run(args: argparse.Namespace, policy: str, copies: float, out: Path) -> dict:
    try:
        subprocess.run(command(args, policy, copies, out), check=True, stdout=subprocess.DEVNULL)
    except OSError as error:
        raise InputError(f"--headroom {args.headroom}: cannot be run ({error.strerror})") from error
    except subprocess.CalledProcessError as error:
        raise RunFailed(error.returncode if error.returncode > 0 else 1) from error
    return json.loads((out / "summary.json").read_text())


# ---- comparing


def budget_node(summary: dict) -> dict:
    """The power of the node whose largest telemetry sample comes nearest to its budget, or exceeds it most."""
    watched = [n for n in summary["power"].values() if "budget_w" in n and "telemetry_peak_w" in n]
    return max(watched, key=lambda n: n["telemetry_peak_w"] / n["budget_w"], default={})


def ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def latency(summary: dict, priority: str, percentile: str) -> float | None:
    return summary["classes"].get(priority, {}).get("latency", {}).get("e2e_s", {}).get(percentile)


def by_priority(summary: dict, reference: dict, priority: str) -> dict:
    requests = summary["classes"].get(priority, {}).get("requests", {})
    result = {"completed_fraction": ratio(requests.get("completed"), requests.get("arrived"))}
    for percentile in PERCENTILES:
        seconds = latency(summary, priority, percentile)
        result[f"e2e_{percentile}_s"] = seconds
        change = ratio(seconds, latency(reference, priority, percentile))
        result[f"e2e_{percentile}_impact_fraction"] = None if change is None else change - 1
    return {key: value for key, value in result.items() if value is not None}


def compare(summary: dict, reference: dict) -> dict:
    node, throttle = budget_node(summary), summary["throttle"]
    peak = ratio(node.get("telemetry_peak_w"), node.get("budget_w"))
    return {"clock_locks": throttle["clock_locks"], "brakes": throttle["brakes"], "trips": throttle["trips"],
            **({} if peak is None else {"telemetry_peak_fraction": peak}),
            "above_budget_s": node.get("above_budget_s", 0.0),
            "throttled_server_s": throttle["throttled_server_s"],
            "classes": {p: by_priority(summary, reference, p) for p in PRIORITIES if p in summary["classes"]}}


# ---- writing


def text(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def latency_cell(policy: str, result: dict, percentile: str) -> str:
    if policy == REFERENCE:
        seconds = result.get(f"e2e_{percentile}_s")
        return "-" if seconds is None else f"{seconds:.2f} s"
    impact = result.get(f"e2e_{percentile}_impact_fraction")
    return "-" if impact is None else f"{100 * impact:+.1f} %"


def header() -> list[str]:
    return ["policy", "locks", "brakes", "peak sample", "throttled",
            *(f"{priority} {percentile}" for priority in PRIORITIES for percentile in PERCENTILES),
            *(f"{priority} done" for priority in PRIORITIES)]


def row(policy: str, entry: dict) -> list[str]:
    classes = [entry["classes"].get(priority, {}) for priority in PRIORITIES]
    return [policy, str(entry["clock_locks"]), str(entry["brakes"]), text(entry.get("telemetry_peak_fraction"), ".3f"),
            f"{entry['throttled_server_s'] / 3600:.1f} h",
            *(latency_cell(policy, result, percentile) for result in classes for percentile in PERCENTILES),
            *(text(result.get("completed_fraction"), ".4f") for result in classes)]


def table(policies: dict) -> str:
    """A Markdown table whose columns are aligned, to be read as text too."""
    rows = [header(), *(row(policy, entry) for policy, entry in policies.items())]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(cells, widths))) + " |"
             for cells in rows]
    rule = "|" + "|".join("-" * (w + 1) + ("-" if i == 0 else ":") for i, w in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def explanation(comparison: dict) -> str:
    return (f"{comparison['scenario']}: {comparison['servers']} servers, {comparison['load']:g} times the scenario's load "
            f"({comparison['copies']:g} copies, {comparison['requests']:,} requests), seed {comparison['seed']}.\n\n"
            "peak sample: largest telemetry sample over the budget. throttled: server-hours under a lock, cap or brake.\n"
            "p50, p99: end-to-end latency, in seconds under `none`, else its change against `none`. "
            "done: completed over arrived.")


def write(comparison: dict, out: Path) -> None:
    (out / "comparison.json").write_text(json.dumps(comparison, indent=2) + "\n")
    (out / "comparison.md").write_text(f"# Policies compared\n\n{explanation(comparison)}\n\n{table(comparison['policies'])}\n")


# ---- the whole


def check_target(out: Path, force: bool) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise InputError(f"--out {out}: exists already; choose another name or add --force to replace it")
    if not out.is_dir() or (any(out.iterdir()) and not (out / "comparison.json").exists()):
        raise InputError(f"--out {out}: is not an output of compare_controllers.py, --force does not replace it")


def publish(temporary: Path, out: Path) -> None:
    """Gives the finished directory its name; an old one steps aside first, so that there is never half of one."""
    aside = out.with_name(f"{out.name}.old{os.getpid()}")
    replaces = out.exists()
    if replaces:
        out.rename(aside)
    temporary.rename(out)
    if replaces:
        shutil.rmtree(aside)


def compare_all(args: argparse.Namespace, directory: Path) -> dict:
    copies = scenario_copies(args.scenario) * args.load
    summaries = {}
    for policy in POLICIES:
        print(f"running {policy} ...", file=sys.stderr)
        summaries[policy] = run(args, policy, copies, directory / policy)
    reference = summaries[REFERENCE]
    return {"format": 1, "scenario": reference["scenario"], "version": reference["version"], "seed": reference["seed"],
            "servers": args.servers, "load": args.load, "copies": copies, "requests": reference["requests"]["arrived"],
            "reference": REFERENCE, "settings": args.set,
            "policies": {policy: compare(summary, reference) for policy, summary in summaries.items()}}


def compare_into(args: argparse.Namespace) -> dict:
    out = args.out.absolute()
    check_target(out, args.force)
    temporary = out.with_name(f"{out.name}.tmp{os.getpid()}")
    try:
        temporary.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be made ({error.strerror})") from error
    try:
        comparison = compare_all(args, temporary)
        write(comparison, temporary)
        publish(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return comparison


def positive(word: str) -> float:
    value = float(word)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headroom", required=True, metavar="BIN", help="the program, for example build/release/headroom")
    parser.add_argument("--scenario", type=Path, default=PROJECT / "configs/scenario/polca_row.json", metavar="FILE",
                        help="scenario with a trace (default: configs/scenario/polca_row.json)")
    parser.add_argument("--out", type=Path, default=Path("out/comparison"), metavar="DIR",
                        help="directory to make (default: out/comparison)")
    parser.add_argument("--servers", type=int, default=52, help="servers in the row (default: 52)")
    parser.add_argument("--load", type=positive, default=1.3, help="times the scenario's copies of its trace (default: 1.3)")
    parser.add_argument("--set", action="append", default=[], metavar="POINTER=VALUE",
                        help="override a value in every run, as for headroom run; may be repeated and wins over --servers and --load")
    parser.add_argument("--force", action="store_true", help="replace the output directory where it exists")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    try:
        comparison = compare_into(args)
    except InputError as error:
        print(f"compare_controllers.py: {error}", file=sys.stderr)
        return 2
    except RunFailed as error:
        return error.code
    except KeyboardInterrupt:
        return 130
    print(f"{explanation(comparison)}\n\n{table(comparison['policies'])}\n\nwritten to {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
