#!/usr/bin/python3
"""What `headroom provision` says of Murakkab's day: the table of docs/results/murakkab.md, and with --save a picture of GPUs over the day.

Reads the JSON that `headroom provision REGISTRY --format json` prints, from a file, and nothing else.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import exit_code, read_json  # noqa: E402

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


def draw(rows: list, file: Path) -> None:
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    epochs = part(rows, "epoch")
    figure, axes = pyplot.subplots(figsize=(9, 4), constrained_layout=True)
    for policy, colour in POLICIES.items():
        gpus = [row[f"{policy}_gpus"] for row in epochs]
        axes.stairs(gpus, range(len(gpus) + 1), color=colour, label=policy, linewidth=1.8,
                    linestyle="--" if policy == "jointly" else "-", baseline=None)
    axes.set(xlabel="epoch", ylabel="GPUs", ylim=(0, None), xlim=(0, len(epochs)))
    axes.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    axes.grid(alpha=0.3)
    figure.savefig(file, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="what `headroom provision --format json` printed")
    parser.add_argument("--save", type=Path, help="the picture to write (PNG)")
    args = parser.parse_args()

    def work() -> None:
        rows = read_json(args.rows.parent, args.rows.name, command="headroom provision --format json")
        print_days(rows)
        if args.save:
            draw(rows, args.save)

    return exit_code("murakkab.py", args.rows, work)


if __name__ == "__main__":
    sys.exit(main())
