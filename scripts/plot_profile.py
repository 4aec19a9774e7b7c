#!/usr/bin/python3
"""Draws a profile of headroom: energy of a token and time to first token over load, a line for each clock.

Reads the JSON of `headroom profile` and nothing else; needs Debian's python3-matplotlib. Variants stand beside each other. Lines
end at the largest load that keeps the latency targets.
"""

import argparse
import sys
from pathlib import Path

from plot import STYLE, picture_options, plt, save_picture
from results import InputError, read_json

PANELS = (("energy of a token, J", lambda curve, i: curve["gpu_w"][i] / curve["tokens_per_s"][i]),
          ("P99 of time to first token, s", lambda curve, i: curve["ttft_p99_s"][i]))


def load(file: Path) -> dict:
    return read_json(file.parent, file.name, command="headroom profile")


def choose_pool(profile: dict, wanted: str | None) -> int:
    names = [pool["pool"] for pool in profile["pools"]]
    served = [name for name, pool in zip(names, profile["pools"]) if pool["mean_input_tokens"] > 0]
    if not served:
        raise InputError("no pool of the profile has requests")
    if wanted is not None and wanted not in served:
        raise InputError(f"--pool {wanted}: not in the profile, which has {', '.join(served)}")
    return names.index(wanted or served[0])


def columns(profile: dict, pool: int) -> list[tuple[str, list]]:
    """The name and the curves by clock of each variant that is of use to the pool."""
    found = []
    for variant in profile["variants"]:
        clocks = [curve for curve in variant["pools"][pool]["clocks"] if len(curve["tokens_per_s"]) > 1]
        if clocks:
            found.append((variant["variant"] or variant["service"] or f"{variant['gpus']} GPUs", clocks))
    return found


def draw_panel(axes, curves: list, value) -> None:
    colours = plt.get_cmap("viridis")
    for i, curve in enumerate(curves):
        knots = range(1, len(curve["tokens_per_s"]))
        axes.plot([curve["tokens_per_s"][k] for k in knots], [value(curve, k) for k in knots], linewidth=1.2,
                  color=colours(0.9 * i / max(1, len(curves) - 1)), label=f"{curve['clock_mhz']:g} MHz")
    axes.set_yscale("log")
    axes.set_xlim(left=0)


def picture(args: argparse.Namespace):
    profile = load(args.profile)
    pool = choose_pool(profile, args.pool)
    shown = columns(profile, pool)
    if not shown:
        raise InputError(f"{args.profile}: no variant is of use to the pool {profile['pools'][pool]['pool']}")
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(len(PANELS), len(shown), figsize=(1 + 2.6 * len(shown), 5), squeeze=False, sharey="row",
                                    layout="constrained")
        for column, (name, curves) in enumerate(shown):
            for row, (label, value) in enumerate(PANELS):
                draw_panel(grid[row][column], curves, value)
                if column == 0:
                    grid[row][column].set_ylabel(label)
            grid[0][column].set_title(f"{profile['pools'][pool]['pool']}, {name}")
            grid[-1][column].set_xlabel("load, input tokens a second")
        grid[0][-1].legend()
    return figure


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("profile", metavar="FILE", type=Path, help="JSON of headroom profile")
    parser.add_argument("--pool", metavar="NAME", help="whose requests (default: the first pool's)")
    picture_options(parser, "FILE")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    return save_picture("plot_profile.py", args.profile, args.save, args.dpi, lambda: picture(args))


if __name__ == "__main__":
    sys.exit(main())
