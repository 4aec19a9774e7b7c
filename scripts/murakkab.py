#!/usr/bin/python3
"""What `headroom provision` says of Murakkab's day, and runs of it: the tables of docs/results/murakkab.md, and with --save a picture of GPUs over the day.

Reads the JSON that `headroom provision REGISTRY --format json` prints, from a file, and the output directories of runs of a scenario with that registry.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import exit_code, load_run, read_events, read_json  # noqa: E402

POLICIES = {"static": "#888888", "autoscaled": "#c2762b", "optimised": "#2f7f5f", "jointly": "#2b5fc2"}


def part(rows: list, name: str) -> list:
    return [row for row in rows if row["part"] == name]


def print_days(rows: list) -> None:
    print("| policy | $ a day | static over this | peak GPUs | mean GPUs | MWh | accuracy kept | latency kept, by request | by the median request |")
    print("| --- |" + " ---: |" * 8)
    for row in part(rows, "day"):
        print(f"| {row['policy']} | {row['usd']:,.0f} | {row['static_over_this_ratio']:.2f} | {row['peak_gpus']} | {row['mean_gpus']:.1f} | "
              f"{row['energy_mwh']:.2f} | {row['accuracy_within_fraction']:.3f} | {row['latency_within_fraction']:.3f} | "
              f"{row['median_latency_within_fraction']:.3f} |")


def gpus_over_time(run: dict) -> tuple[list, list]:
    """Hours, and the GPUs of all instances from then on: from the start of a start until the instance is gone."""
    births, deaths = {}, {}
    for event in read_events(run["out"]):
        number = event.get("target", "").rpartition("/instance")[2]
        if event["kind"] == "start":
            births[number] = event["time_s"]
        elif event["kind"] in ("stop", "start_failed"):
            deaths[number] = event["time_s"]
    steps = {0.0: 0}
    for instance in read_json(run["out"], "nodes.json")["instances"]:
        number = str(instance["instance"])
        for time_s, gpus in ((births.get(number, 0.0), instance["gpus"]), (deaths.get(number), -instance["gpus"])):
            if time_s is not None:
                steps[time_s] = steps.get(time_s, 0) + gpus
    hours, total = [], []
    for time_s in sorted(steps):
        hours.append(time_s / 3600)
        total.append((total[-1] if total else 0) + steps[time_s])
    return hours + [run["summary"]["simulated_s"] / 3600], total + total[-1:]


def kept(run: dict, kind: str) -> float:
    """Share of the requests of a kind that kept their SLO, of those that ended."""
    classes = [one for name, one in run["summary"]["classes"].items() if f"_{kind}_" in name]
    ended = [one["requests"]["completed"] + one["requests"]["rejected"] for one in classes]
    within = sum(number * one["slo"]["attained_fraction"] for number, one in zip(ended, classes) if number)
    return within / sum(ended) if sum(ended) else 1.0


def print_runs(runs: list) -> None:
    print("\n| run | $ | GPU-hours | peak GPUs | mean GPUs | MWh | accuracy kept | latency kept | completed | rejected | starts |")
    print("| --- |" + " ---: |" * 10)
    for run in runs:
        summary = run["summary"]
        workers = summary["workers"].values()
        hours = sum(worker["gpu_hours"] for worker in workers)
        forecast = run["resolved"]["registry"]["forecast"]
        print(f"| {run['policy'].removeprefix('murakkab_')}, {forecast} | {sum(worker.get('cost_usd', 0) for worker in workers):,.0f} | {hours:,.0f} | "
              f"{max(gpus_over_time(run)[1])} | {hours / summary['simulated_s'] * 3600:.1f} | "
              f"{sum(worker['gpu_energy_kwh'] for worker in workers) / 1000:.2f} | {kept(run, 'accuracy'):.3f} | {kept(run, 'latency'):.3f} | "
              f"{summary['requests']['completed']:,} | {summary['requests']['rejected']:,} | {summary['fleet']['starts']:,} |")


def draw(rows: list, runs: list, file: Path) -> None:
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    epochs = part(rows, "epoch")
    figure, axes = pyplot.subplots(figsize=(9, 4), constrained_layout=True)
    for policy, colour in POLICIES.items():
        gpus = [row[f"{policy}_gpus"] for row in epochs]
        axes.stairs(gpus, range(len(gpus) + 1), color=colour, label=policy, linewidth=1.8,
                    linestyle="--" if policy == "jointly" else "-", baseline=None)
    for run in runs:
        name = run["policy"].removeprefix("murakkab_")
        axes.step(*gpus_over_time(run), where="post", color=POLICIES.get(name, "#aa3377"), linewidth=0.9, alpha=0.7,
                  label=f"{name}, run")
    axes.set(xlabel="epoch", ylabel="GPUs", ylim=(0, None), xlim=(0, len(epochs)))
    axes.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    axes.grid(alpha=0.3)
    figure.savefig(file, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="what `headroom provision --format json` printed")
    parser.add_argument("--runs", type=Path, nargs="+", default=[], help="output directories of runs")
    parser.add_argument("--save", type=Path, help="the picture to write (PNG)")
    args = parser.parse_args()

    def work() -> None:
        rows = read_json(args.rows.parent, args.rows.name, command="headroom provision --format json")
        print_days(rows)
        runs = [load_run(out) for out in args.runs]
        if runs:
            print_runs(runs)
        if args.save:
            draw(rows, runs, args.save)

    return exit_code("murakkab.py", args.rows, work)


if __name__ == "__main__":
    sys.exit(main())
