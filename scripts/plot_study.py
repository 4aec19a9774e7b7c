#!/usr/bin/python3
"""Draws a sweep of headroom: power brakes, and what became of latency, over one axis of the study.

Reads sweep.json and nothing else; needs Debian's python3-matplotlib. The other axes make the lines: the first of them their
colour, the rest their style. An axis that has one value for each value of the abscissa (a linked one) makes none.
Runs without a controller (`none`) cannot brake and are left out of the panel of brakes. A study needs an axis with numbers only.
"""

import argparse
import json
import math
import sys

from plot import CLASS_COLOURS, STYLE, picture_options, plt, save_picture
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator
from results import InputError
from study.names import axis_name, class_and_rest, is_number, value_name
from study.sweep import IMPACT, axis_values, failed, load, options, own_axes

BRAKES = "/throttle/brakes"
SERVERS = "/site/servers"
# What POLCA's authors allow, of end-to-end latency.
LIMITS = {"/classes/high/latency/e2e_s/p50": 0.01, "/classes/high/latency/e2e_s/p99": 0.05,
          "/classes/low/latency/e2e_s/p50": 0.05, "/classes/low/latency/e2e_s/p99": 0.50}
LATENCY_NAMES = {"ttft_s": "time to first token", "tbt_s": "time between tokens", "e2e_s": "end to end"}
DASHES = ["-", (0, (4, 1.5)), (0, (1, 1)), "-."]
MARKERS = "osD^vPX"
ROW_HEIGHT = 2.3  # inches
LIMIT_STYLE = {"color": "#555555", "linewidth": 0.8, "linestyle": (0, (6, 2))}


# ---- what to draw


def choose_axis(sweep: dict, wanted: str | None) -> str:
    numeric = [axis for axis in sweep["axes"] if all(is_number(value) for value in axis_values(sweep, axis))]
    if wanted is None and numeric:
        return numeric[0]
    if wanted is None:
        raise InputError(f"no axis has numbers only, among {', '.join(sweep['axes'])}")
    if wanted not in numeric:
        raise InputError(f"--x {wanted}: not an axis with numbers only, which are {', '.join(numeric) or 'none'}")
    return wanted


def panels(sweep: dict) -> list[str]:
    brakes = [BRAKES] if BRAKES in sweep["metrics"] else []
    impacts = [IMPACT + pointer for pointer in sweep["impacts"] if "/latency/" in pointer]
    if not brakes and not impacts:
        raise InputError(f"neither {BRAKES} is among the metrics, nor a latency among the impacts of the study")
    return brakes + impacts


# ---- names


def line_name(sweep: dict, axes: list[str], key: tuple) -> str:
    names = [value_name(sweep, axis, value) for axis, value in zip(axes, map(json.loads, key))]
    plain = [named_value(axis, name) if is_number(json.loads(value)) else name for axis, name, value in zip(axes, names, key)]
    return "; ".join(plain) or "all points"


def named_value(axis: str, value: str) -> str:
    """As in "seed 2", "budget 230800 W"."""
    name, _, unit = axis_name(axis).partition(", ")
    return f"{name} {value} {unit}".rstrip()


def is_without_controller(sweep: dict, axes: list[str], key: tuple) -> bool:
    return "none" in (value_name(sweep, axis, json.loads(value)) for axis, value in zip(axes, key))


def panel_title(column: str) -> str:
    if column == BRAKES:
        return "Power brakes"
    name, steps = class_and_rest(column.removeprefix(IMPACT))
    who = f"{name} priority" if name in ("high", "low") else name or "all"
    return f"{who[0].upper()}{who[1:]}, {LATENCY_NAMES.get(steps[-2], steps[-2])}, {steps[-1]}"


# ---- drawing


def lines(sweep: dict, axes: list[str]) -> dict[tuple, list[dict]]:
    """The points of each line, by the values of its axes as JSON."""
    groups = {}
    for point in sweep["points"]:
        groups.setdefault(tuple(json.dumps(point.get(axis)) for axis in axes), []).append(point)
    return groups


def style(axes: list[str], keys: list[tuple], key: tuple) -> dict:
    """Colour and marker by the first axis, dashes by the others."""
    firsts = list(dict.fromkeys(k[:1] for k in keys))
    rests = list(dict.fromkeys(k[1:] for k in keys))
    first, rest = firsts.index(key[:1]), rests.index(key[1:])
    return {"color": CLASS_COLOURS[first % len(CLASS_COLOURS)], "linestyle": DASHES[rest % len(DASHES)],
            "marker": MARKERS[first % len(MARKERS)], "markerfacecolor": "white" if rest == 0 else None}


def scale(column: str) -> float:
    return 1 if column == BRAKES else 100


def draw_panel(axes, sweep: dict, x: str, column: str, letter: str) -> None:
    others = own_axes(sweep, [x])
    groups = lines(sweep, others)
    for i, (key, points) in enumerate(groups.items()):
        if column == BRAKES and is_without_controller(sweep, others, key):
            continue  # nothing that could brake
        xy = sorted((point[x], point[column] * scale(column)) for point in points if is_number(point.get(column)))
        axes.plot([a for a, _ in xy], [b for _, b in xy], linewidth=1.2, markersize=6.5 - 4 * i / max(1, len(groups)),
                  markeredgewidth=1, clip_on=False, zorder=3 + i / 100, label=line_name(sweep, others, key),
                  **style(others, list(groups), key))
    limit = LIMITS.get(column.removeprefix(IMPACT))
    if limit and column != BRAKES:
        axes.axhline(100 * limit, zorder=2, **LIMIT_STYLE)
    axes.set_title(f"({letter}) {panel_title(column)}")
    axes.set_ylabel("brakes in the run" if column == BRAKES else "change, %")
    axes.set_xlabel(axis_name(x))
    axes.grid(color="#dddddd", linewidth=0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=x == SERVERS))
    open_scale(axes, limit=100 * limit if limit and column != BRAKES else 1)


def open_scale(axes, limit: float) -> None:
    """Linear near zero and logarithmic beyond where values span much; zero and the limit are always inside."""
    values = [y for line in axes.get_lines() for y in line.get_ydata()]
    high, low = max([*values, limit]), min([*values, 0])
    if high > 20:
        axes.set_yscale("symlog", linthresh=1, linscale=0.5)
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_ylim(-0.3 if low >= 0 else 1.3 * low - 0.3, 1.5 * high)
    else:
        axes.set_ylim(low - 0.04 * (high - low), high + 0.08 * (high - low))


def added_servers(axes, base: float) -> None:
    top = axes.secondary_xaxis("top", functions=(lambda n: 100 * (n / base - 1), lambda share: base * (1 + share / 100)))
    top.xaxis.set_major_locator(MaxNLocator(nbins=9))
    top.tick_params(labelsize=7)
    top.set_xlabel(f"servers above {base:g}, %", fontsize=7)


def grid_of(count: int, brakes: bool) -> tuple[int, int]:
    """Rows and columns: brakes over the whole width, latencies two in a row."""
    latencies = count - brakes
    return brakes + math.ceil(latencies / 2), 2 if latencies > 1 else 1


def draw_legend(place, handles: list, labels: list[str], ncols: int) -> None:
    place.legend(handles, labels, loc="center", ncols=ncols)
    place.set_axis_off()


def draw(sweep: dict, x: str, base_servers: int | None):
    columns = panels(sweep)
    brakes = BRAKES in columns
    rows, width = grid_of(len(columns), brakes)
    names = [line_name(sweep, own_axes(sweep, [x]), key) for key in lines(sweep, own_axes(sweep, [x]))]
    ncols = 3 if max(map(len, names)) < 32 else 1
    legend_height = 0.1 + 0.16 * math.ceil((len(names) + 1) / ncols)
    plt.rcParams.update(STYLE)
    figure = plt.figure(figsize=(7.2, ROW_HEIGHT * rows + legend_height), layout="constrained")
    grid = figure.add_gridspec(rows + 1, width, height_ratios=[ROW_HEIGHT] * rows + [legend_height])
    for i, column in enumerate(columns):
        place = grid[0, :] if brakes and i == 0 else grid[brakes + (i - brakes) // 2, (i - brakes) % 2]
        axes = figure.add_subplot(place)
        draw_panel(axes, sweep, x, column, chr(ord("a") + i))
        if x == SERVERS and i == 0:
            added_servers(axes, base_servers or min(axis_values(sweep, x)))
    handles, labels = axes.get_legend_handles_labels()
    if any(column.removeprefix(IMPACT) in LIMITS for column in columns):
        handles.append(plt.Line2D([], [], **LIMIT_STYLE))
        labels.append("limit of POLCA's authors")
    draw_legend(figure.add_subplot(grid[rows, :]), handles, labels, ncols)
    figure.suptitle(title(sweep), fontsize=9)
    return figure


def title(sweep: dict) -> str:
    left_out = f", {failed(sweep)} failed and not drawn" if failed(sweep) else ""
    return f"{sweep['study']}: {len(sweep['points'])} points{left_out}"


# ---- the whole


def arguments() -> argparse.Namespace:
    parser = options(__doc__)
    picture_options(parser, "SWEEP_DIR")
    parser.add_argument("--x", metavar="POINTER", help="axis of the abscissa (default: the first that has numbers only)")
    parser.add_argument("--base-servers", metavar="N", type=int, help="servers that added ones are counted from (default: the fewest)")
    return parser.parse_args()


def picture(args: argparse.Namespace):
    sweep = load(args.directory)
    return draw(sweep, choose_axis(sweep, args.x), args.base_servers)


def main() -> int:
    args = arguments()
    return save_picture("plot_study.py", args.directory, args.save, args.dpi, lambda: picture(args))


if __name__ == "__main__":
    sys.exit(main())
