#!/usr/bin/python3
"""Tables and the picture of a job that is played while it is made (docs/results/streamwise.md).

Reads what `headroom run --requests` wrote of a scenario with job graphs and nothing else. `table` prints when the playback can begin and at which quality levels items were made, by quarters of it; `picture` draws
what each instance did when, and the playback.
"""

import argparse
import csv
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import InputError, exit_code, load_run, read_json  # noqa: E402

COLOURS = ["#08306b", "#4292c6", "#a9cfe5", "#eeeeee"]  # of levels, the best first
PLAIN = "#a3a3a3"  # stages without a level


# ---- reading


def stages_of(out: Path) -> list[dict]:
    file = out / "stages.csv"
    if not file.exists():
        raise InputError(f"{file}: no such file; is {out} the output of headroom run --requests of a scenario with job graphs?")
    with file.open(newline="") as lines:
        return [{**row, **{key: float(row[key]) for key in ("begin_s", "end_s")}, **{key: int(row[key]) for key in ("job", "item")}}
                for row in csv.DictReader(lines)]


def instances_of(out: Path) -> dict[str, dict]:
    """By number as stages.csv has it, pool by pool."""
    return {str(one["instance"]): one for one in read_json(out, "nodes.json")["instances"]}


class Job:
    """The first job of the first stream: when its items are there and played, and their levels."""

    def __init__(self, out: Path):
        run = load_run(out)
        stream = run["resolved"]["workload"]["graphs"][0]
        template = stream["template"]
        if not template.get("playback") or not template.get("levels"):
            raise InputError(f"{out}: the template \"{template['name']}\" has no playback or no levels")
        self.graph = run["summary"]["graphs"][stream["name"]]
        self.stages = [row for row in stages_of(out) if row["stream"] == stream["name"] and row["job"] == 0]
        self.levels = [level["name"] for level in template["levels"]]
        played = template["playback"]["stage"]
        made = next(name for name, stage in template["stages"].items() if stage["scaled"] and stage["per"] == template["stages"][played]["per"])
        items = sorted((row for row in self.stages if row["stage"] == played), key=lambda row: row["item"])
        self.there = [row["end_s"] for row in items]
        self.level = [row["level"] for row in sorted((row for row in self.stages if row["stage"] == made), key=lambda row: row["item"])]
        amount, parameters = template["playback"]["content"], {**template["parameters"], **stream["parameters"]}
        content = amount["times"]
        for name in amount["of"]:
            content *= parameters[name]
        for name in amount["over"]:
            content /= parameters[name]
        self.item_s = content / len(self.there)
        self.plays_s = self.graph["ttff"]["mean_s"]
        self.ends_s = self.plays_s + content


# ---- table


def shares(levels: list[str], order: list[str]) -> str:
    """As "91 high, 9 medium", in per cent."""
    return ", ".join(f"{100 * levels.count(level) / len(levels):.0f} {level}" for level in order if level in levels)


def table(args) -> None:
    print("| GPUs | playback from, s | done after, s | 1st quarter, % of items | 2nd | 3rd | 4th | whole |")
    print("| ---: | ---: | ---: | --- | --- | --- | --- | --- |")
    for out in args.outs:
        job = Job(out)
        gpus = sum(one["gpus"] for one in instances_of(out).values())
        count = len(job.level)
        quarters = [job.level[i * count // 4:(i + 1) * count // 4] for i in range(4)]
        cells = [shares(levels, job.levels) for levels in [*quarters, job.level]]
        print(f"| {gpus} | {job.plays_s:.1f} | {job.graph['makespan']['mean_s']:.1f} | " + " | ".join(cells) + " |")


# ---- picture


def picture(args) -> None:
    from matplotlib.patches import Patch
    from plot import STYLE, plt, save_figure
    job, instances = Job(args.out), instances_of(args.out)
    colour = {**dict(zip(job.levels, COLOURS)), "": PLAIN}
    by_begin = sorted((stage for stage in job.stages if stage["instance"]), key=lambda stage: stage["begin_s"])
    pools = list(dict.fromkeys(instances[stage["instance"]]["pool"] for stage in by_begin))
    row, ticks, names, y = {}, [], [], 0.0
    for pool in pools:
        numbers = [number for number, one in instances.items() if one["pool"] == pool]
        row.update((number, y + i) for i, number in enumerate(numbers))
        ticks.append(y + (len(numbers) - 1) / 2)
        names.append(pool.removesuffix("/all"))
        y += len(numbers) + 0.5
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 0.16 * y + 1.6), layout="constrained")
        for stage in by_begin:
            seconds = stage["end_s"] - stage["begin_s"]
            axes.barh(row[stage["instance"]], max(seconds, 0.0015 * job.ends_s), left=stage["begin_s"], height=0.82, color=colour[stage["level"]], edgecolor="white",
                      linewidth=0.2 if seconds > 3 else 0)
        y += 0.7
        for item, level in enumerate(job.level):
            axes.barh(y, job.item_s, left=job.plays_s + item * job.item_s, height=1.6, color=colour[level], edgecolor="none")
        axes.plot(job.there, [y - 0.8 - 0.22] * len(job.there), linestyle="none", marker="|", markersize=3, markeredgewidth=0.5, color="black")
        ticks.append(y)
        names.append("playback")
        axes.set_yticks(ticks, names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(y + 1, -0.7)
        axes.set_xlim(0, job.ends_s)
        axes.set_xlabel("time since the job came, s; black: an item is there")
        handles = [Patch(facecolor=colour[level], edgecolor="0.6", linewidth=0.4, label=level) for level in job.levels if level in job.level]
        axes.legend(handles=[*handles, Patch(facecolor=PLAIN, label="no level")], ncols=5, loc="lower right", bbox_to_anchor=(1, 1))
        save_figure(figure, args.save, 150)
    print(args.save)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("table")
    command.add_argument("outs", type=Path, nargs="+", metavar="OUT", help="output directories of headroom run --requests")
    command.set_defaults(work=table)
    command = commands.add_parser("picture")
    command.add_argument("out", type=Path, metavar="OUT", help="output directory of headroom run --requests")
    command.add_argument("--save", type=Path, required=True, metavar="FILE", help="picture to write")
    command.set_defaults(work=picture)
    args = parser.parse_args()
    return exit_code("streamwise.py", getattr(args, "out", None) or args.outs[0], lambda: args.work(args))


if __name__ == "__main__":
    sys.exit(main())
