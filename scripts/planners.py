#!/usr/bin/python3
"""Table and picture of planners per query (docs/results/planners.md).

Reads what `headroom sweep slim_sc` wrote and nothing else: `table` prints what stopping chains of reasoning saves over the hazard, `picture` draws it. Both take the mean over the seeds of the sweep.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import exit_code, read_json  # noqa: E402

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


def table(args) -> None:
    sweep = read_json(args.sweep, "sweep.json", command="headroom sweep")
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


def picture(args) -> None:
    from plot import CLASS_COLOURS, STYLE, plt, save_figure
    sweep = read_json(args.sweep, "sweep.json", command="headroom sweep")
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
        save_figure(figure, args.save, 150)
    print(args.save)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, work in (("table", table), ("picture", picture)):
        command = commands.add_parser(name)
        command.add_argument("sweep", type=Path, help="output directory of headroom sweep slim_sc")
        command.set_defaults(work=work)
        if name == "picture":
            command.add_argument("--save", type=Path, required=True, metavar="FILE", help="picture to write")
    args = parser.parse_args()
    return exit_code("planners.py", args.sweep, lambda: args.work(args))


if __name__ == "__main__":
    sys.exit(main())
