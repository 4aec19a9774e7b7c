#!/usr/bin/python3
"""Draws the swing of a node's power: over the run, in a few seconds, what smoothing added, and the spectrum against its limit.

Reads grid.json, spectrum.json, summary.json and resolved.json of RUN, and of BASE, the same run without smoothing, to compare; needs
Debian's python3-matplotlib. What smoothing added is RUN less BASE: where they differ in rack_storage alone, that is the storage's
power, and its sum the energy in it, from where it began.
"""

import argparse
import math
import sys
from pathlib import Path

from plot import MAX_POINTS, STYLE, picture_options, plt, save_picture, time_unit
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator
from results import InputError, read_json

BEFORE, AFTER, ADDED, ENERGY = "#d55e00", "#12324f", "#009e73", "#cc79a7"
BAND, LIMIT = "#eeeeee", {"color": "black", "linewidth": 0.9, "linestyle": (0, (5, 2))}
UNITS = ((1e6, "MW"), (1e3, "kW"), (1, "W"))
ZOOM_S = 20
DECADES = 5  # of the spectrum that are shown, below its highest value


# ---- reading


def load(out: Path, wanted: str | None) -> dict:
    """The samples, spectrum and values of one node."""
    grid = read_json(out, "grid.json", command="headroom run, of a scenario with a grid section")["nodes"]
    if not grid:
        raise InputError(f"{out / 'grid.json'}: has no nodes to draw")
    node = wanted or next(iter(grid))
    if node not in grid:
        raise InputError(f"--node {node}: not in {out / 'grid.json'}, which has {', '.join(grid)}")
    summary = read_json(out, "summary.json")
    samples = grid[node]
    return {"node": node, "summary": summary, "grid": summary["grid"][node], "smoothing": summary.get("smoothing", {}),
            "settings": read_json(out, "resolved.json", needed=False).get("smoothing", {}),
            "spectrum": read_json(out, "spectrum.json")["nodes"][node], "sample_s": samples["sample_s"],
            "start_s": samples["start_s"], "power_w": np.array(samples["power_w"], dtype=float)}


def check_pair(run: dict, base: dict, args: argparse.Namespace) -> None:
    for key, name in (("sample_s", "time between samples"), ("start_s", "start")):
        if run[key] != base[key]:
            raise InputError(f"{args.base}: the {name} of its samples is {base[key]:g} s, that of {args.out} {run[key]:g} s")


def enabled(settings: dict) -> dict:
    return {kind: stage for kind, stage in settings.items() if stage.get("enabled")}


def storage_alone(run: dict, base: dict | None) -> dict | None:
    """The settings of the storage, where that is all that the run has and its base has not."""
    if base is None:
        return None
    after, before = enabled(run["settings"]), enabled(base["settings"])
    storage = after.pop("rack_storage", None)
    return storage if storage and "rack_storage" not in before and after == before else None


# ---- drawing


def unit_of(watts: np.ndarray) -> tuple[float, str]:
    return next(((scale, name) for scale, name in UNITS if np.abs(watts).max(initial=0) >= scale), UNITS[-1])


def times(run: dict) -> np.ndarray:
    return run["start_s"] + run["sample_s"] * np.arange(len(run["power_w"]))


def draw_envelope(axes, run: dict, divisor: float, scale: float, **style) -> None:
    """The lowest and highest sample of each of so many groups as the page can show."""
    group = max(1, math.ceil(len(run["power_w"]) / MAX_POINTS))
    starts = np.arange(0, len(run["power_w"]), group)
    low, high = (how.reduceat(run["power_w"], starts) / scale for how in (np.minimum, np.maximum))
    axes.fill_between(times(run)[starts] / divisor, low, high, step="post", linewidth=0.5, **style)


def draw_run(axes, runs: list[dict], scale: float, unit: str, zoom: tuple[float, float]) -> None:
    end = max(times(run)[-1] for run in runs)
    divisor, name = time_unit(end)
    for run in runs:
        draw_envelope(axes, run, divisor, scale, color=run["colour"], alpha=0.85, label=run["label"])
    axes.axvspan(zoom[0] / divisor, zoom[1] / divisor, color="#f5e6a8", zorder=0, linewidth=0)
    axes.set(xlim=(runs[0]["start_s"] / divisor, end / divisor), xlabel=f"time, {name}", ylabel=f"power, {unit}")
    axes.set_title(f"(a) Power of {runs[0]['node']}, min to max")


def draw_zoom(axes, runs: list[dict], scale: float, unit: str, zoom: tuple[float, float]) -> None:
    for run in runs:
        inside = (times(run) >= zoom[0]) & (times(run) <= zoom[1])
        axes.step(times(run)[inside], run["power_w"][inside] / scale, where="post", color=run["colour"], linewidth=0.9)
    axes.set(xlim=zoom, xlabel="time, s", ylabel=f"power, {unit}", title="(b) Zoom into the shaded time")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))


def draw_added(axes, run: dict, base: dict, zoom: tuple[float, float]) -> None:
    """What the run draws beyond its base, and the sum of that."""
    length = min(len(run["power_w"]), len(base["power_w"]))
    added, time = run["power_w"][:length] - base["power_w"][:length], times(run)[:length]
    storage = storage_alone(run, base)
    stored = added if not storage else np.where(added > 0, added * storage.get("efficiency_fraction", 1), added)
    energy = np.concatenate(([0.0], np.cumsum(stored)[:-1])) * run["sample_s"]
    inside = (time >= zoom[0]) & (time <= zoom[1])
    scale, unit = unit_of(added[inside])
    axes.axhline(0, color="#888888", linewidth=0.5)
    axes.step(time[inside], added[inside] / scale, where="post", color=ADDED, linewidth=0.9)
    axes.set(xlim=zoom, xlabel="time, s", title="(c) Into the storage" if storage else "(c) Added by smoothing")
    axes.set_ylabel(f"power, {unit}", color=ADDED)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    right = axes.twinx()
    right.spines["right"].set_visible(True)
    scale, unit = unit_of(energy[inside])
    right.plot(time[inside], energy[inside] / scale, color=ENERGY, linewidth=1.1, linestyle=(0, (4, 1.5)))
    right.set_ylabel(f"energy since the start, {unit[:-1]}J", color=ENERGY)


def draw_spectrum(axes, runs: list[dict], letter: str) -> None:
    peak = max(max(run["spectrum"]["amplitude_w"][1:], default=0) for run in runs)
    scale, unit = unit_of(np.array([peak]))
    for run in runs:
        frequency, amplitude = (np.array(run["spectrum"][key][1:]) for key in ("frequency_hz", "amplitude_w"))
        axes.plot(frequency, np.maximum(amplitude, 1e-12) / scale, color=run["colour"], linewidth=0.8)
    band, verdict = runs[0]["grid"]["band"], runs[0]["grid"].get("verdicts", {}).get("in_band_bin_w")
    axes.axvspan(band["from_hz"], band["to_hz"], color=BAND, zorder=0, linewidth=0)
    top = peak
    if verdict:
        axes.plot([band["from_hz"], band["to_hz"]], [verdict["limit"] / scale] * 2, **LIMIT)
        top = max(peak, verdict["limit"])
    top = top or 1.0
    axes.set(xscale="log", yscale="log", ylim=(top / scale / 10**DECADES, 3 * top / scale), xlabel="frequency, Hz",
             ylabel=f"amplitude of a bin, {unit}", title=f"({letter}) Spectrum")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlim(frequency[0], frequency[-1])


def quantity(watts: float) -> str:
    scale, unit = unit_of(np.array([watts]))
    return f"{watts / scale:.3g} {unit}"


def headline(run: dict, base: dict | None) -> str:
    def from_to(key: str) -> str:  # absent where the samples do not tell the band's edges
        return " to ".join(quantity(one["grid"][key]) if key in one["grid"] else "unknown" for one in ([base, run] if base else [run]))
    stages = ", ".join(kind.replace("_", " ") for kind in enabled(run["settings"])) or "no smoothing"
    parts = [f"in band {from_to('in_band_rms_w')} RMS", f"swing in 1 s {from_to('max_swing_1s_w')}"]
    if run["smoothing"].get("burned_fraction"):
        parts.append(f"{100 * run['smoothing']['burned_fraction']:.3g} % burned")
    if "storage_used_j_per_gpu" in run["smoothing"]:
        parts.append(f"{run['smoothing']['storage_used_j_per_gpu']:,.0f} J a GPU of storage used")
    return f"{run['summary']['scenario']}, {run['node']}: {stages}\n{'; '.join(parts)}"


def draw_legend(place, runs: list[dict]) -> None:
    handles = [plt.Rectangle((0, 0), 1, 1, color=run["colour"], label=run["label"]) for run in runs]
    handles.append(plt.Rectangle((0, 0), 1, 1, color=BAND, label="critical band"))
    if "in_band_bin_w" in runs[0]["grid"].get("verdicts", {}):
        handles.append(plt.Line2D([], [], label=f"limit of {runs[0]['grid']['spec']}", **LIMIT))
    place.legend(handles=handles, loc="center", ncols=len(handles))
    place.set_axis_off()


def draw(run: dict, base: dict | None, zoom: tuple[float, float]):
    run |= {"colour": AFTER, "label": "with smoothing" if base else "power"}
    runs = [run]
    if base:
        runs = [base | {"colour": BEFORE, "label": "without", "grid": run["grid"]}, run]
    scale, unit = unit_of(np.concatenate([one["power_w"] for one in runs]))
    plt.rcParams.update(STYLE)
    figure = plt.figure(figsize=(7.2, 6.4 if base else 4.8), layout="constrained")
    grid = figure.add_gridspec(3 if not base else 4, 2, height_ratios=[2.0] * (3 if base else 2) + [0.15])
    draw_run(figure.add_subplot(grid[0, :]), runs, scale, unit, zoom)
    draw_zoom(figure.add_subplot(grid[1, :] if base else grid[1, 0]), runs, scale, unit, zoom)
    if base:
        draw_added(figure.add_subplot(grid[2, 0]), run, base, zoom)
    draw_spectrum(figure.add_subplot(grid[2 if base else 1, 1]), runs, "d" if base else "c")
    draw_legend(figure.add_subplot(grid[-1, :]), runs)
    figure.suptitle(headline(run, base), fontsize=9)
    return figure


# ---- the whole


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="RUN", type=Path, help="output directory of headroom run")
    parser.add_argument("base", metavar="BASE", type=Path, nargs="?", help="that of the same run without smoothing")
    picture_options(parser, "RUN")
    parser.add_argument("--node", metavar="PATH", help="node of grid.json to draw (default: the first)")
    parser.add_argument("--from", dest="begin", metavar="S", type=float, help="where the seconds that are shown large begin (default: the middle)")
    parser.add_argument("--for", dest="length", metavar="S", type=float, default=ZOOM_S, help=f"how many (default: {ZOOM_S})")
    return parser.parse_args()


def zoom_of(run: dict, args: argparse.Namespace) -> tuple[float, float]:
    first, last = run["start_s"], run["start_s"] + run["sample_s"] * len(run["power_w"])
    begin = (first + last) / 2 if args.begin is None else args.begin
    if not (args.length > 0 and first <= begin < last):
        raise InputError(f"--from {begin:g} --for {args.length:g}: must be a time in the samples, which last from {first:g} to {last:g} s")
    return begin, min(begin + args.length, last)


def picture(args: argparse.Namespace):
    run = load(args.out, args.node)
    base = load(args.base, run["node"]) if args.base else None
    if base:
        check_pair(run, base, args)
    return draw(run, base, zoom_of(run, args))


def main() -> int:
    args = arguments()
    return save_picture("plot_training.py", args.out, args.save, args.dpi, lambda: picture(args))


if __name__ == "__main__":
    sys.exit(main())
