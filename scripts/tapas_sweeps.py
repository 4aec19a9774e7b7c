#!/usr/bin/python3
"""Sweeps of TAPAS on two rows (docs/results/tapas.md): shares of serving machines, and more racks under the same limits.

Runs `headroom run tapas_two_rows` for every point, policy and seed, one after the other, into FOLDER/POINT/POLICY.SEED; runs that are there already are kept. Prints Markdown; `growth` draws it too.
Limits of `growth` are, seed by seed, Baseline's highest row (means of 2 s, as its controllers see it) and the largest demand for air (looked at every second), both at 0 %. Machines that Place
would have wait go to where limits are passed by the least, so that all policies carry the same.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from results import InputError, exit_code, load_run
from tapas import NAMES, capped_share, hot_share, hottest, pyplot, quality, row_peak, save

SCENARIO, SEEDS = "tapas_two_rows", (1, 2, 3)
RATE, MACHINES, RACKS, ROWS, RACK_HOLDS = 110, 72, 10, 2, 4  # of the scenario
SHARES = (0, 0.25, 0.5, 0.75, 1)
GROWTHS = (0, 10, 20, 30, 40, 50)  # per cent
ALL_STAND = {"/policy/vm_placement/beyond_limits": "least"}  # no machine waits for a place
GROWTH_POLICIES = ("tapas_baseline", "tapas_place", "tapas_config", "tapas")


def run(args, out: Path, policy: str, seed: int, sets: dict) -> dict:
    if not (out / "summary.json").exists():
        sets = {"/policy": policy, "/seed": seed, **sets}
        words = [word for pointer, value in sets.items() for word in ("--set", f"{pointer}={value}")]
        done = subprocess.run([args.headroom, "run", SCENARIO, "--force", *words, "--out", out], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise InputError(done.stderr.strip())
    return load_run(out)


def over_seeds(args, point: str, policy: str, sets_of) -> list[dict]:
    return [run(args, args.folder / point / f"{policy}.{seed}", policy, seed, sets_of(seed)) for seed in SEEDS]


def mean(runs: list[dict], value) -> float | None:
    found = [number for one in runs if (number := value(one)) is not None]
    return statistics.mean(found) if found else None


def cell(number: float | None, digits: int) -> str:
    return "" if number is None else f"{number:.{digits}f}"


def change(number: float, base: float) -> str:
    return f"{100 * (number / base - 1):+.1f} %"


def tail(one: dict, metric: str) -> float | None:
    return one["summary"]["latency"][metric]["p99"] if one["summary"]["requests"]["completed"] else None


def mix(args) -> None:
    print("| serving | policy | hottest GPU, degC | | highest row, of its budget | | e2e P99, s | quality |\n| ---: | --- |" + " ---: |" * 6)
    for share in SHARES:
        sets = {"/workload/vms/service_fraction": share, "/workload/synthetic/rate_per_s": max(1e-3, RATE * share / 0.5)}
        base = None
        for policy, name in NAMES.items():
            runs = over_seeds(args, f"mix_{100 * share:.0f}", policy, lambda _: sets)
            hot, peak = mean(runs, hottest), mean(runs, row_peak)
            base = base or (hot, peak)
            print(f"| {100 * share:.0f} % | {name} | {hot:.1f} | {change(hot, base[0])} | {peak:.3f} | {change(peak, base[1])} "
                  f"| {cell(mean(runs, lambda one: tail(one, 'e2e_s')), 1)} | {cell(mean(runs, quality), 3)} |")


def limits(args, seed: int) -> dict:
    """What Baseline wants where no rack is added and no limit binds."""
    summary = run(args, args.folder / "free" / f"tapas_baseline.{seed}", "tapas_baseline", seed, {"/cooling/update_s": 1, "/cooling/window_s": 300})["summary"]
    row = max(node["telemetry_peak_w"] for node in summary["power"].values() if isinstance(node, dict) and "telemetry_peak_w" in node)
    air = {"/cooling/aisles/0/airflow_m3_per_s": summary["thermal"]["aisles"]["aisle0"]["max_demand_m3_per_s"]}
    return {"/site/levels/0/budget_w": row} | ({} if args.ample_air else air)


def grown(per_cent: int) -> dict:
    racks = RACKS * (100 + per_cent) // 100
    return {"/site/levels/0/holds": racks, "/site/servers": ROWS * racks * RACK_HOLDS, "/workload/vms/count": MACHINES * racks // RACKS,
            "/workload/synthetic/rate_per_s": RATE * racks / RACKS}


def growth(args) -> None:
    print("| more racks | policy | capped | short of air or hot | hottest GPU, degC | TTFT P99, s | e2e P99, s | quality |\n| ---: | --- |" + " ---: |" * 6)
    capped = {policy: [] for policy in GROWTH_POLICIES}
    for per_cent in GROWTHS:
        for policy in GROWTH_POLICIES:
            all_stand = ALL_STAND if policy in ("tapas_place", "tapas") else {}
            runs = over_seeds(args, f"{'ample' if args.ample_air else 'growth'}_{per_cent}", policy, lambda seed: limits(args, seed) | grown(per_cent) | all_stand)
            capped[policy].append(mean(runs, capped_share))
            print(f"| {per_cent} % | {NAMES[policy]} | {capped[policy][-1]:.3f} | {mean(runs, hot_share):.3f} | {mean(runs, hottest):.1f} "
                  f"| {mean(runs, lambda one: tail(one, 'ttft_s')):.2f} | {mean(runs, lambda one: tail(one, 'e2e_s')):.1f} | {mean(runs, quality):.3f} |")
    if args.picture:
        draw(capped, args.picture)


def draw(capped: dict[str, list[float]], picture: Path) -> None:
    figure, axes = pyplot(picture).subplots(figsize=(6.4, 3.6), layout="constrained")
    for (policy, shares), style in zip(capped.items(), ("o-", "s--", "^:", "D-.")):
        axes.plot(GROWTHS, [100 * share for share in shares], style, label=NAMES[policy])
    axes.set(xlabel="more racks under the same limits, per cent", ylabel="windows with capped clocks, per cent", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    save(figure, picture)


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", choices=("mix", "growth"))
    parser.add_argument("folder", type=Path, help="where the runs are kept")
    parser.add_argument("--headroom", required=True, metavar="BIN", help="the program, for example build/release/headroom")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="of growth: capped windows against racks, .svg or .png")
    parser.add_argument("--ample-air", action="store_true", help="of growth: air for all servers at full load, so that power alone is limited")
    return parser


if __name__ == "__main__":
    args = options().parse_args()
    sys.exit(exit_code("tapas_sweeps.py", args.folder, lambda: {"mix": mix, "growth": growth}[args.sweep](args)))
