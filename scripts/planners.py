#!/usr/bin/python3
"""Tables and pictures of planners per query (docs/results/planners.md).

Reads what `headroom sweep` wrote of the studies `slim_sc`, `brane_oracle`, `droidspeak_prefill` and `droidspeak_rate`, and nothing else: `table` prints what a planner saves, `picture` draws it where there is one. Means are over the seeds of the sweep.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import InputError, exit_code, read_json  # noqa: E402

HAZARD, EVERY = "/policy/planners/0/hazard", "/workload/graphs/0/every_s"
GRAPH, CHAT = "/graphs/questions/", "/classes/chat/latency/"
COLUMNS = {"latency": GRAPH + "makespan/mean_s", "KV token-seconds": GRAPH + "chains/kv_token_s", "tokens": GRAPH + "chains/tokens",
           "energy": GRAPH + "gpu_energy_kwh", "chat TTFT p99": CHAT + "ttft_s/p99"}


def by_hazard(sweep: dict, every: float) -> dict[float, dict[str, float]]:
    """Means over seeds of every metric, where questions come so many seconds apart."""
    groups: dict[float, list[dict]] = {}
    for point in sweep["points"]:
        if point["outcome"] == "done" and point[EVERY] == every:
            groups.setdefault(point[HAZARD], []).append(point)
    names = [*COLUMNS.values(), *(GRAPH + "chains/" + name for name in ("cancelled", "right_fraction", "fewest_voters", "kv_token_steps"))]
    return {hazard: {name: sum(point[name] for point in points) / len(points) for name in names} for hazard, points in sorted(groups.items())}


def change(rows: dict[float, dict[str, float]], hazard: float, column: str) -> float:
    """Per cent, against the smallest hazard."""
    return 100 * (rows[hazard][column] / rows[min(rows)][column] - 1)


def distances(sweep: dict) -> list[float]:
    return sorted({point[EVERY] for point in sweep["points"]}, reverse=True)


def slim_sc_table(sweep: dict, _: Path) -> None:
    for every in distances(sweep):
        print(f"\nA question every {every:g} s:\n")
        print_rows(by_hazard(sweep, every))


def print_rows(rows: dict[float, dict[str, float]]) -> None:
    print("| hazard | " + " | ".join(COLUMNS) + " | stopped | fewest voters | right |")
    print("| ---: |" + " ---: |" * (len(COLUMNS) + 3))
    for hazard, row in rows.items():
        cells = [f"{row[name]:.4g}" + ("" if hazard == min(rows) else f" ({change(rows, hazard, name):+.0f} %)") for name in COLUMNS.values()]
        chains = GRAPH + "chains/"
        print(f"| {hazard:g} | " + " | ".join(cells) +
              f" | {row[chains + 'cancelled']:.4g} | {row[chains + 'fewest_voters']:.3g} | {row[chains + 'right_fraction']:.2f} |")


def slim_sc_picture(sweep: dict, _: Path, file: Path) -> None:
    from plot import CLASS_COLOURS, STYLE, plt, save_figure
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(1, 2, figsize=(6.6, 3.2), sharey=True, layout="constrained")
        for axes, every, letter in zip(panels, distances(sweep), "ab"):
            rows = by_hazard(sweep, every)
            hazards = [hazard for hazard in rows if hazard > min(rows)]
            for colour, (name, column) in zip(CLASS_COLOURS, COLUMNS.items()):
                axes.plot(hazards, [change(rows, hazard, column) for hazard in hazards], color=colour, marker="o", markersize=3, label=name)
            for value, name, style in ((-45, "latency", (0, (4, 1.5))), (-26, "KV", (0, (1, 1.5)))):
                axes.axhline(value, color="0.5", linewidth=0.8, linestyle=style)
                axes.text(hazards[0], value - 1, "published, " + name, fontsize=6.5, color="0.4", va="top")
            axes.set_title(f"{letter}  A question every {every:g} s")
            axes.set_xscale("log")
            axes.set_xlabel("hazard of a thought")
            axes.set_ylim(-103, 8)
        panels[0].set_ylabel("against no stopping, %")
        panels[0].legend(frameon=False, fontsize=7, loc="lower left")
        save_figure(figure, file, 150)


LAMBDA, NOISE = "/policy/planners/0/lambda", "/policy/planners/0/logit_noise"
QUERIES = GRAPH + "queries/"
PER_QUERY = {"mean cost": QUERIES + "mean_cost", "expected right": QUERIES + "expected_right_fraction", "right": QUERIES + "right_fraction",
             "makespan, s": GRAPH + "makespan/mean_s", "energy, kWh": GRAPH + "gpu_energy_kwh", "prompt tokens": QUERIES + "prompt_tokens"}


def mean(points: list[dict], column: str) -> float:
    return sum(point[column] for point in points) / len(points)


def grouped(sweep: dict, *axes: str) -> dict[tuple, list[dict]]:
    groups: dict[tuple, list[dict]] = {}
    for point in sweep["points"]:
        if point["outcome"] == "done":
            groups.setdefault(tuple(point[axis] for axis in axes), []).append(point)
    return dict(sorted(groups.items()))


def one_for_all(folder: Path, point: dict) -> list[tuple[float, float]]:
    """Cost and expected accuracy of each configuration if all jobs of a point had it, those that no other one beats."""
    summary = read_json(folder / "points" / str(point["point"]), "summary.json", command="headroom sweep")
    best, frontier = 0.0, []
    for cost, right in sorted((one["cost"], one["right_fraction_of_all"]) for one in summary["graphs"]["questions"]["queries"]["configurations"].values()):
        if right > best:
            best = right
            frontier.append((cost, right))
    return frontier


def brane_table(sweep: dict, folder: Path) -> None:
    for noise in sorted({point[NOISE] for point in sweep["points"]}):
        print(f"\nA predictor with an error of {noise:g}:\n")
        print("| lambda | " + " | ".join(PER_QUERY) + " |\n| ---: |" + " ---: |" * len(PER_QUERY))
        for (other, weight), points in grouped(sweep, NOISE, LAMBDA).items():
            if other == noise:
                print(f"| {weight:g} | " + " | ".join(f"{mean(points, column):.4g}" for column in PER_QUERY.values()) + " |")
    print("\nCost at the accuracy of the best configuration for all, within half a point:\n")
    print("| seed | best for all: cost | right | cheapest for all | " + " | ".join(f"error {noise:g}" for noise in sorted({point[NOISE] for point in sweep["points"]})) + " |")
    print("| ---: | ---: | ---: | ---: |" + " ---: |" * len({point[NOISE] for point in sweep["points"]}))
    for (seed,), points in grouped(sweep, "/seed").items():
        frontier = one_for_all(folder, points[0])
        cost, right = frontier[-1]
        near = next(other for other, accuracy in frontier if accuracy >= right - 0.005)
        cells = [f"{near:.4g} ({100 * (near / cost - 1):+.0f} %)"]
        for noise in sorted({point[NOISE] for point in points}):
            least = min(point[QUERIES + "mean_cost"] for point in points
                        if point[NOISE] == noise and point[QUERIES + "expected_right_fraction"] >= right - 0.005)
            cells.append(f"{least:.4g} ({100 * (least / cost - 1):+.0f} %)")
        print(f"| {seed} | {cost:.4g} | {right:.3f} | " + " | ".join(cells) + " |")


def brane_picture(sweep: dict, folder: Path, file: Path) -> None:
    from plot import CLASS_COLOURS, CLASS_LINES, STYLE, plt, save_figure
    seeds = grouped(sweep, "/seed")
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(1, len(seeds), figsize=(6.6, 2.6), sharey=True, layout="constrained")
        for axes, ((seed,), points) in zip(panels, seeds.items()):
            frontier = one_for_all(folder, points[0])
            axes.step([cost for cost, _ in frontier], [right for _, right in frontier], where="post", color="0.4", linewidth=1, label="one for all")
            for colour, line, noise in zip(CLASS_COLOURS, CLASS_LINES, sorted({point[NOISE] for point in points})):
                chosen = sorted((point[QUERIES + "mean_cost"], point[QUERIES + "expected_right_fraction"]) for point in points if point[NOISE] == noise)
                axes.plot(*zip(*chosen), color=colour, linestyle=line, marker="o", markersize=2.5, label=f"for each query, error {noise:g}")
            axes.set_title(f"Seed {seed}")
            axes.set_xscale("log")
            axes.set_xlabel("mean cost, 0.0001 USD")
        panels[0].set_ylabel("expected right")
        panels[0].legend(frameon=False, fontsize=7, loc="lower right")
        save_figure(figure, file, 150)


FRACTION, PREFIX = "/policy/planners/0/pairs/0/groups/0/layer_fraction", "/workload/graphs/0/parameters/context_tokens"
TTFT, HARDWARE = "/classes/review/latency/ttft_s/", "/hardware"


def prefill_table(sweep: dict, _: Path) -> None:
    fractions = sorted({point[FRACTION] for point in sweep["points"]})
    rows = grouped(sweep, HARDWARE, PREFIX, FRACTION)
    print("| hardware | prefix, tokens | whole prompt, s | " + " | ".join(f"{fraction:g} of the layers" for fraction in fractions[:-1]) + " |")
    print("| --- | ---: | ---: |" + " ---: |" * (len(fractions) - 1))
    for hardware, prefix in grouped(sweep, HARDWARE, PREFIX):
        whole = mean(rows[hardware, prefix, fractions[-1]], TTFT + "mean")
        times = [mean(rows[hardware, prefix, fraction], TTFT + "mean") for fraction in fractions[:-1]]
        print(f"| {hardware} | {prefix:g} | {whole:.3g} | " + " | ".join(f"{time:.3g} ({whole / time:.2f} x)" for time in times) + " |")


NIC, COUNTS = "/network/nic_bytes_per_s", "/policy/planners/0/counts_transfers"
SCALES = (1.25, 2, 4)  # of targets of the 99th percentile of the time to the first token: times that of a whole prompt where next to nobody waits


def rate_table(sweep: dict, _: Path) -> None:
    """The 99th percentile by rate, and the largest rate up to which it keeps a target; others beside that of whole prompts."""
    for (hardware,), points in grouped(sweep, HARDWARE).items():
        columns: dict[str, dict[float, float]] = {}
        for point in sorted(points, key=lambda point: (point[NIC], bool(point.get(COUNTS)), -point[FRACTION])):
            columns.setdefault(way_of(point), {})[1 / point[EVERY]] = point[TTFT + "p99"]
        rates = sorted(columns["whole prompts"])
        print(f"\n{hardware}:\n\n| jobs a second | " + " | ".join(columns) + " |\n| ---: |" + " ---: |" * len(columns))
        for rate in rates:
            print(f"| {rate:.3g} | " + " | ".join(f"{column[rate]:.3g}" for column in columns.values()) + " |")
        for scale in SCALES:
            target = scale * columns["whole prompts"][rates[0]]
            most = [largest(rates, lambda rate, column=column: column[rate] <= target) for column in columns.values()]
            print(f"| **at most {target:.2f} s** | " + " | ".join([f"{most[0]:.3g}"] + [f"{one:.3g} ({one / most[0]:.2f} x)" for one in most[1:]]) + " |")


def way_of(point: dict) -> str:
    if point[FRACTION] == 1:
        return "whole prompts"
    return f"{point[FRACTION]:g}, {point[NIC] * 8e-9:g} Gb/s" + (", counts transfers" if point.get(COUNTS) else "")


def largest(rates: list[float], keeps) -> float:
    """The rate below the first one that does not keep the target; 0 where none does."""
    best = 0.0
    for rate in rates:
        if not keeps(rate):
            break
        best = rate
    return best


TABLES = {"slim_sc": slim_sc_table, "brane_oracle": brane_table, "droidspeak_prefill": prefill_table, "droidspeak_rate": rate_table}
PICTURES = {"slim_sc": slim_sc_picture, "brane_oracle": brane_picture}


def study_of(args, known: dict):
    sweep = read_json(args.sweep, "sweep.json", command="headroom sweep")
    if sweep["study"] not in known:
        raise InputError(f"{args.sweep}: is of the study {sweep['study']}, not of {' or '.join(known)}")
    return sweep, known[sweep["study"]]


def table(args) -> None:
    sweep, work = study_of(args, TABLES)
    work(sweep, args.sweep)


def picture(args) -> None:
    sweep, work = study_of(args, PICTURES)
    work(sweep, args.sweep, args.save)
    print(args.save)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, work in (("table", table), ("picture", picture)):
        command = commands.add_parser(name)
        command.add_argument("sweep", type=Path, help="output directory of headroom sweep")
        command.set_defaults(work=work)
        if name == "picture":
            command.add_argument("--save", type=Path, required=True, metavar="FILE", help="picture to write")
    args = parser.parse_args()
    return exit_code("planners.py", args.sweep, lambda: args.work(args))


if __name__ == "__main__":
    sys.exit(main())
