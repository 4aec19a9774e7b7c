#!/usr/bin/python3
"""Tables and the picture of ModServe (docs/results/modserve.md).

Reads what `headroom run --requests` and `headroom sweep` wrote and nothing else. `table` prints the ablation of a sweep, `limits` the largest load within targets of a scale, by step of the ablation or by division between the pools, `burst` draws pools and latencies of
two runs over time: a monolith and ModServe.
"""

import argparse
import csv
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import InputError, exit_code, load_run, read_json  # noqa: E402

STEP, DIVISION, RATE = "step", "division", "/workload/also/0/rate_per_s"
TTFT = "/services/llm/latency/ttft_s/"
STEPS = ["monolith", "decoupled", "scheduling", "routing"]


# ---- tables


def points_of(sweep: dict, axis: str = STEP) -> dict[float, dict[str, dict]]:
    """By rate and step of the ablation, or division between the pools."""
    found: dict[float, dict[str, dict]] = {}
    for point in sweep["points"]:
        if point["outcome"] == "done":
            found.setdefault(point[RATE], {})[point[axis]] = point
    return dict(sorted(found.items()))


def table(args) -> None:
    by_rate = points_of(read_json(args.sweep, "sweep.json", command="headroom sweep"))
    base = args.base
    for part in ("mean", "p99"):
        print(f"\n| TTFT {part}, s | " + " | ".join(f"{rate / base:.2g}" for rate in by_rate) + " |")
        print("| --- |" + " ---: |" * len(by_rate))
        for step in STEPS:
            cells = []
            for points in by_rate.values():
                value, first = points[step][TTFT + part], points["monolith"][TTFT + part]
                cells.append(f"{value:.3g}" + ("" if step == "monolith" else f" ({100 * (value / first - 1):+.0f} %)"))
            print(f"| {step} | " + " | ".join(cells) + " |")


def limits(args) -> None:
    """The largest load of the sweep, linear between its points, at which the 99th percentiles of both classes keep their targets."""
    if min(args.scales) <= 1:
        raise InputError("--scales: must be above 1: what a request takes alone is the least that there is")
    sweep = read_json(args.sweep, "sweep.json", command="headroom sweep")
    axis = STEP if STEP in sweep["points"][0] else DIVISION
    by_rate = points_of(sweep, axis)
    names = list(dict.fromkeys(point[axis] for point in sweep["points"]))
    alone = {"text": args.text, "picture": args.picture}

    def worst(point: dict) -> float:
        return max(point[f"/classes/{name}/latency/ttft_s/p99"] / seconds for name, seconds in alone.items())

    print("| SLO scale | " + " | ".join(names) + (" | ModServe over monolith |" if axis == STEP else " | best |"))
    print("| ---: |" + " ---: |" * (len(names) + 1))
    for scale in args.scales:
        reached = [reach([(rate / args.base, worst(points[name])) for rate, points in by_rate.items()], scale) for name in names]
        print(f"| {scale:g} | " + " | ".join(f"{load:.2f}" if load > 0 else "-" for load in reached) + f" | {ratio(reached) if axis == STEP else best(names, reached)} |")


def ratio(reached: list[float]) -> str:
    return f"{reached[-1] / reached[0]:.2f}" if reached[0] > 0 else "no bound"


def best(names: list[str], reached: list[float]) -> str:
    return names[reached.index(max(reached))] if max(reached) > 0 else "-"


def reach(points: list[tuple[float, float]], limit: float) -> float:
    before = None
    for load, value in points:
        if value > limit:
            return 0.0 if before is None else before[0] + (load - before[0]) * (limit - before[1]) / (value - before[1])
        before = (load, value)
    return before[0]


# ---- picture


def requests_of(run: Path) -> list[dict]:
    with (run / "requests.csv").open(newline="") as file:
        return [{"class": row["class"].rsplit("_", 1)[0], "at": float(row["arrival_s"]), "ttft": float(row["ttft_s"]),
                 "end": float(row["arrival_s"]) + float(row["e2e_s"])} for row in csv.DictReader(file) if row["ttft_s"]]


def held(rows: list[dict], minutes: int) -> list[float]:
    """Mean number of those that are there, by minute."""
    seconds = [0.0] * minutes
    for row in rows:
        minute = int(row["at"] // 60)
        while minute < minutes and 60 * minute < row["end"]:
            seconds[minute] += min(row["end"], 60 * (minute + 1)) - max(row["at"], 60 * minute)
            minute += 1
    return [value / 60 for value in seconds]


def tail(rows: list[dict], minutes: int) -> list[float]:
    """99th percentile of the time to the first token, by minute of arrival."""
    by_minute: list[list[float]] = [[] for _ in range(minutes)]
    for row in rows:
        if row["at"] < 60 * minutes:
            by_minute[int(row["at"] // 60)].append(row["ttft"])
    return [sorted(values)[int(0.99 * (len(values) - 1))] if values else float("nan") for values in by_minute]


def burst(args) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
    from plot import CLASS_COLOURS, STYLE, plt, save_figure
    runs = {"monolith": args.monolith, "ModServe": args.modserve}
    minutes = int(load_run(args.modserve)["summary"]["simulated_s"] // 60)
    rows = {name: requests_of(folder) for name, folder in runs.items()}
    of = lambda name, *classes: [row for row in rows[name] if row["class"] in classes]  # noqa: E731
    with plt.rc_context(STYLE):
        figure, (pools, text, picture) = plt.subplots(3, 1, figsize=(6.6, 6.2), sharex=True, layout="constrained")
        clock = [minute + 0.5 for minute in range(minutes)]
        pools.plot(clock, held(of("ModServe", "encode"), minutes), color=CLASS_COLOURS[1], label="images in the image pool")
        pools.plot(clock, held(of("ModServe", "text", "picture"), minutes), color=CLASS_COLOURS[0], label="requests, from arrival to end")
        pools.plot(clock, held(of("monolith", "text", "picture"), minutes), color=CLASS_COLOURS[0], linestyle=(0, (4, 1.5)),
                   label="requests, monolith")
        pools.set_title("a  Held by the pools")
        pools.set_ylabel("mean over a minute")
        for axes, name, letter in ((text, "text", "b"), (picture, "picture", "c")):
            axes.plot(clock, tail(of("monolith", name), minutes), color=CLASS_COLOURS[5], linestyle=(0, (4, 1.5)), label="monolith")
            axes.plot(clock, tail(of("ModServe", name), minutes), color=CLASS_COLOURS[2], label="ModServe")
            axes.set_title(f"{letter}  Time to first token, {'text only' if name == 'text' else 'with images'}")
            axes.set_ylabel("99th percentile, s")
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(FixedLocator([0.1, 0.2, 0.5, 1, 2, 5]))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.yaxis.set_minor_locator(NullLocator())
        for axes in (pools, text, picture):
            axes.axvspan(20, 40, color="#f0f0f0", zorder=0)
            axes.legend(frameon=False, fontsize=7, loc="upper left")
            axes.set_xlim(0, minutes)
        picture.set_xlabel("time, min; grey: the service of many images is on")
        save_figure(figure, args.save, 150)
    print(args.save)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, work in (("table", table), ("limits", limits)):
        command = commands.add_parser(name)
        command.add_argument("sweep", type=Path, help="output directory of headroom sweep")
        command.add_argument("--base", type=float, default=11.0, metavar="RATE", help="rate of the first image service that is called a load of 1 (default 11)")
        command.set_defaults(work=work, folder="sweep")
        if name == "limits":
            command.add_argument("--text", type=float, required=True, metavar="S", help="time to the first token of a text request alone on the monolith")
            command.add_argument("--picture", type=float, required=True, metavar="S", help="of a request with one image")
            command.add_argument("--scales", type=float, nargs="+", default=[2.5, 5, 10, 20], help="of both (default 2.5 5 10 20)")
    command = commands.add_parser("burst")
    command.add_argument("monolith", type=Path, help="output directory of headroom run --requests")
    command.add_argument("modserve", type=Path, help="likewise")
    command.add_argument("--save", type=Path, required=True, metavar="FILE", help="picture to write")
    command.set_defaults(work=burst, folder="modserve")
    args = parser.parse_args()
    return exit_code("modserve.py", getattr(args, args.folder), lambda: args.work(args))


if __name__ == "__main__":
    sys.exit(main())
