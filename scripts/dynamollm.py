#!/usr/bin/python3
"""Tables and pictures of the six policies of DynamoLLM (docs/results/dynamollm.md).

Reads output directories of `headroom run` and nothing else, several seeds of a policy as several directories; needs Debian's
python3-matplotlib. `table` prints Markdown; `energy`, `latency` and `clocks` draw: `latency` the first directory of each policy,
`clocks` the first one whose policy sets clocks.
"""

import argparse
import statistics
import sys
from collections import Counter
from pathlib import Path

from plot import CLASS_COLOURS, CLASS_LINES, STYLE, log_ticks, picture_options, plt, save_picture
from results import InputError, exit_code, load_run, read_events, read_json

NAMES = {"dynamo_single_pool": "SinglePool", "dynamo_multi_pool": "MultiPool", "dynamo_scale_inst": "ScaleInst",
         "dynamo_scale_shard": "ScaleShard", "dynamo_scale_freq": "ScaleFreq", "dynamo_llm": "DynamoLLM"}
# Energy over SinglePool as published (DynamoLLM, HPCA 2025): the hour of section V-B, the week of figure 15.
PUBLISHED = {"hour": {"dynamo_multi_pool": 1.20, "dynamo_scale_inst": 0.98, "dynamo_scale_shard": 0.94,
                      "dynamo_scale_freq": 0.81, "dynamo_llm": 0.65},
             "week": {"dynamo_multi_pool": 1.15, "dynamo_scale_inst": 0.68, "dynamo_scale_shard": 0.77,
                      "dynamo_scale_freq": 0.72, "dynamo_llm": 0.53}}
POINTS = ("p50", "p90", "p99")
LATENCIES = (("ttft_s", "time to first token, s", 1), ("tbt_s", "time between tokens, ms", 1000))


# ---- reading


def by_policy(outs: list[Path]) -> dict[str, list[dict]]:
    """The runs of each policy in the order of NAMES, in which all have equally many."""
    runs = [load_run(out) for out in outs]
    found = {policy: [run for run in runs if run["policy"] == policy] for policy in NAMES}
    found = {policy: group for policy, group in found.items() if group}
    if not found:
        raise InputError("no directory has one of the policies " + ", ".join(NAMES))
    for policy, group in found.items():
        seeds = [run["summary"]["seed"] for run in group]
        if twice := [seed for seed in seeds if seeds.count(seed) > 1]:
            raise InputError(f"two directories of {policy} have the seed {twice[0]}")
    if len({len(group) for group in found.values()}) > 1:
        raise InputError("policies have different numbers of directories: "
                         + ", ".join(f"{policy} {len(group)}" for policy, group in found.items()))
    return found


def kwh(run: dict) -> float:
    return run["summary"]["energy"]["gpu_kwh"]


def ratios(groups: dict, policy: str) -> list[float]:
    """Energy over that of SinglePool, seed by seed."""
    if "dynamo_single_pool" not in groups:
        raise InputError("no directory has the policy dynamo_single_pool, to which the others are compared")
    bases = {base["summary"]["seed"]: kwh(base) for base in groups["dynamo_single_pool"]}
    missing = [run["summary"]["seed"] for run in groups[policy] if run["summary"]["seed"] not in bases]
    if missing:
        raise InputError(f"dynamo_single_pool lacks the seed {missing[0]} of {policy}")
    return [kwh(run) / bases[run["summary"]["seed"]] for run in groups[policy]]


# ---- tables


def mean(group: list[dict], value) -> float:
    return statistics.mean(value(run) for run in group)


def spread(values: list[float], digits: int) -> str:
    middle = f"{statistics.mean(values):.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def change(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.0f} %"


def energy_row(groups: dict, policy: str, load_of: str) -> list[str]:
    group, published = groups[policy], PUBLISHED[load_of].get(policy)
    over = ratios(groups, policy)
    hours = [sum(pool["gpu_hours"] for pool in run["summary"]["pools"].values()) for run in group]
    return [NAMES[policy], spread([kwh(run) for run in group], 1), spread([100 * (ratio - 1) for ratio in over], 1),
            change(published) if published else "", spread(hours, 0)]


def latency_row(group: list[dict], policy: str) -> list[str]:
    cells = [NAMES[policy]]
    for key, _, scale in LATENCIES:
        values = [mean(group, lambda run: run["summary"]["latency"][key][point]) * scale for point in POINTS]
        cells.append(" / ".join(f"{value:.2f}" if scale == 1 else f"{value:.0f}" for value in values))
    return cells + [f"{100 * mean(group, lambda run: run['summary']['slo']['attained_fraction']):.1f}"]


def count_row(group: list[dict], policy: str) -> list[str]:
    def clock_sets(run: dict) -> int:
        return sum(event["kind"] == "clock_set" for event in read_events(run["out"]))

    def of(part: str, key: str):
        return lambda run: run["summary"][part].get(key, 0)

    values = [of("fleet", "starts"), of("fleet", "stops"), of("fleet", "reshards"), clock_sets, of("fleet", "requeued"),
              of("requests", "rejected"), of("requests", "squashed")]
    return [NAMES[policy]] + [f"{mean(group, value):.0f}" for value in values]


def markdown(headings: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "| --- |" + " ---: |" * (len(headings) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def print_tables(args: argparse.Namespace) -> None:
    groups = by_policy(args.out)
    print(markdown(["policy", "GPU energy, kWh", "over SinglePool, %", "published", "GPU hours"],
                   [energy_row(groups, policy, args.load) for policy in groups]), "\n")
    print(markdown(["policy", "TTFT P50 / P90 / P99, s", "TBT P50 / P90 / P99, ms", "SLO kept, %"],
                   [latency_row(group, policy) for policy, group in groups.items()]), "\n")
    print(markdown(["policy", "starts", "stops", "re-shards", "clock sets", "re-queued", "rejected", "squashed"],
                   [count_row(group, policy) for policy, group in groups.items()]))


# ---- pictures


def draw_energy(args: argparse.Namespace):
    groups = by_policy(args.out)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.4, 2.9), layout="constrained")
        for i, policy in enumerate(groups):
            over = ratios(groups, policy)
            middle = statistics.mean(over)
            axes.bar(i - 0.2, middle, 0.38, color=CLASS_COLOURS[0], label="Headroom, mean and range of seeds" if i == 0 else None)
            axes.errorbar(i - 0.2, middle, [[middle - min(over)], [max(over) - middle]], color="black", capsize=3, linewidth=0.8)
            axes.text(i - 0.2, 0.03, f"{middle:.2f}", ha="center", color="white")
            published = PUBLISHED[args.load].get(policy, 1)
            axes.bar(i + 0.2, published, 0.38, color="#bbbbbb", label="published" if i == 0 else None)
            axes.text(i + 0.2, 0.03, f"{published:.2f}", ha="center")
        axes.axhline(1, color="#555555", linewidth=0.6, linestyle=":")
        axes.set_xticks(range(len(groups)), [NAMES[policy] for policy in groups])
        axes.set(ylabel="energy of the GPUs held,\nover SinglePool", ylim=(0, 1.45))
        axes.legend(loc="upper right")
    return figure


def draw_latency(args: argparse.Namespace):
    groups = by_policy(args.out)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(1, 2, figsize=(7.2, 3), layout="constrained")
        for axes, (key, label, scale) in zip(grid, LATENCIES):
            for i, (policy, group) in enumerate(groups.items()):
                values = [value * scale for value in read_json(group[0]["out"], "latency.json")["all"][key]]
                axes.plot(values, [(k + 0.5) / len(values) for k in range(len(values))], label=NAMES[policy],
                          color=CLASS_COLOURS[i % 6], linestyle=CLASS_LINES[i % 4], linewidth=1.2)
            axes.set(xscale="log", ylim=(0, 1.005), ylabel="share of requests" if key == "ttft_s" else "share of tokens",
                     xlabel=label)
            axes.grid(which="major", color="#dddddd", linewidth=0.5)
            log_ticks(axes)
        grid[1].legend(loc="lower right")
    return figure


def clock_steps(events: list, bins: int, end_s: float) -> tuple[list[float], list[Counter]]:
    """At the end of each bin: how many instances stand at which clock, of those whose clock was ever set."""
    clocks: dict[str, float] = {}
    times, counts = [], []
    events = sorted((event for event in events if event["kind"] in ("clock_set", "stop")), key=lambda event: event["time_s"])
    at = 0
    bin_s = end_s / bins
    for k in range(1, bins + 1):
        while at < len(events) and events[at]["time_s"] < k * bin_s:
            event = events[at]
            if event["kind"] == "stop":
                clocks.pop(event["target"], None)
            else:
                clocks[event["target"]] = event["clock_mhz"]
            at += 1
        times.append(k * bin_s)
        counts.append(Counter(clocks.values()))
    return times, counts


def draw_clocks(args: argparse.Namespace):
    run = next((run for run in map(load_run, args.out) if run["policy"] in ("dynamo_llm", "dynamo_scale_freq")), None)
    if run is None:
        raise InputError("no directory has a policy that sets clocks")
    end_s = run["summary"]["simulated_s"]
    events = read_events(run["out"])
    times, counts = clock_steps(events, 240, end_s)
    unit, name = (3600, "h") if end_s > 7200 else (60, "min")
    clocks = sorted({clock for count in counts for clock in count})
    colours = plt.get_cmap("viridis")
    with plt.rc_context(STYLE):
        figure, (upper, lower) = plt.subplots(2, 1, figsize=(7.2, 4.4), sharex=True, height_ratios=(2, 1), layout="constrained")
        upper.stackplot([time / unit for time in times], [[count[clock] for count in counts] for clock in clocks], linewidth=0,
                        colors=[colours(0.95 * i / max(1, len(clocks) - 1)) for i in range(len(clocks))],
                        labels=[f"{clock:g} MHz" for clock in clocks])
        handles, labels = upper.get_legend_handles_labels()
        upper.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1, 0.5))
        upper.set(ylabel="instances whose clock was ever set", title=f"{NAMES[run['policy']]}, seed {run['summary']['seed']}")
        for i, kind in enumerate(("start", "stop", "squash", "requeue")):
            lower.plot([event["time_s"] / unit for event in events if event["kind"] == kind],
                       [i] * sum(event["kind"] == kind for event in events), "|", color=CLASS_COLOURS[i], markersize=9)
        lower.set_yticks(range(4), ["start", "stop", "squash", "re-queue"])
        lower.set(xlabel=f"time, {name}", xlim=(0, end_s / unit), ylim=(-0.6, 3.6))
    return figure


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("table", "energy", "latency", "clocks"))
    parser.add_argument("out", metavar="OUT", type=Path, nargs="+", help="output directories of headroom run")
    parser.add_argument("--load", choices=PUBLISHED, default="hour", help="which published figures stand beside (default: hour)")
    picture_options(parser, "OUT")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    if args.what == "table":
        return exit_code("dynamollm.py", args.out[0], lambda: print_tables(args))
    draw = {"energy": draw_energy, "latency": draw_latency, "clocks": draw_clocks}[args.what]
    return save_picture("dynamollm.py", args.out[0], args.save, args.dpi, lambda: draw(args))


if __name__ == "__main__":
    sys.exit(main())
