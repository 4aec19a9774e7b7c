#!/usr/bin/python3
"""Draws what one run did: row power against its budget, power by rack, and latency by class.

Reads the JSON of an output directory and nothing else; needs Debian's python3-matplotlib.
"""

import argparse
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    from matplotlib.patches import Patch
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
except ImportError:
    sys.exit("plot.py: matplotlib is missing; install Debian's python3-matplotlib and run with /usr/bin/python3")
from results import InputError, exit_code, read_events, read_json

STYLE = {"font.size": 8, "axes.titlesize": 8.5, "axes.titleweight": "bold", "axes.titlelocation": "left",
         "axes.labelsize": 8, "legend.fontsize": 7.5, "axes.linewidth": 0.6, "axes.spines.top": False,
         "legend.frameon": False, "legend.handlelength": 1.6, "legend.columnspacing": 1.4,
         "pdf.fonttype": 42, "ps.fonttype": 42}  # TrueType; journals refuse Type 3
# What acts on the row at a time, from the mildest to the hardest; told apart by lightness as well as by hue.
LEVELS = {"t1": "#fdf0c4", "t2": "#f8c873", "high": "#b9b1ea", "cap": "#b5dfd2", "brake": "#e8766d"}
CLASS_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#000000"]
CLASS_LINES = ["-", (0, (4, 1.5)), (0, (1, 1)), "-."]
LATENCIES = {"ttft_s": ("TTFT", "time to first token, s", "share of requests", 1),
             "tbt_s": ("TBT", "time between tokens, ms", "share of tokens", 1000),
             "e2e_s": ("End to end", "end-to-end latency, s", "share of requests", 1)}
MAX_COLUMNS = 360  # of the heat map
MAX_POINTS = 2000  # of the line; more than the page can show


# ---- reading


def choose_node(nodes: dict, wanted: str | None) -> str:
    if wanted is None:
        with_budget = [path for path, node in nodes.items() if "budget_w" in node]
        return next(iter(with_budget or nodes))
    if wanted not in nodes:
        raise InputError(f"--node {wanted}: not in power.json, which has {', '.join(nodes)}")
    return wanted


def children(nodes: dict, parent: str) -> list[str]:
    depth = parent.count("/") + 1
    return [path for path in nodes if path.startswith(parent + "/") and path.count("/") == depth]


# ---- what acted when


def policy_of(resolved: dict) -> dict:
    return resolved.get("policy", {}) if isinstance(resolved.get("policy"), dict) else {}


def controller_fields(resolved: dict) -> dict:
    """The parameters of the run's controllers in one dictionary."""
    return {key: value for c in policy_of(resolved).get("controllers", []) for key, value in c.items()}


def thresholds(resolved: dict) -> dict[str, float]:
    names = {"t1_fraction": "T1", "t2_fraction": "T2", "threshold_fraction": "threshold"}
    fields = controller_fields(resolved)
    return {label: fields[key] for key, label in names.items() if key in fields}


def servers_below(resolved: dict, node: str) -> int | None:
    """How many servers stand below a node of the top levels, where the scenario says it."""
    site = resolved.get("site", {})
    holds = [level.get("holds", 0) for level in site.get("levels", [])][node.count("/"):]
    if not holds or 0 in holds:
        return site.get("servers")
    return min(math.prod(holds), site.get("servers", math.inf))


def low_priority_share(resolved: dict) -> float:
    pools = resolved.get("serving", {}).get("pools", [])
    return sum(p.get("server_fraction", 0) for p in pools if "high" not in p.get("serves", []))


def classify(acting: Counter, low_servers: float, t1_clock: float) -> str | None:
    """The level of what acts at one time: a key of LEVELS, or nothing."""
    if any(acting[key] for key in acting if key[0] == "power_brake"):
        return "brake"
    locked = {clock: count for (kind, clock), count in acting.items() if kind == "clock_lock" and count}
    if locked:
        if sum(locked.values()) > low_servers + 1:
            return "high"
        return "t1" if min(locked) >= t1_clock else "t2"
    return "cap" if any(acting.values()) else None


def control_spans(events: list, resolved: dict, node: str, end_s: float) -> dict[str, list[tuple[float, float]]]:
    """For each level, the spans (start, length) in which it was the hardest that acted on a server of the node."""
    changes = defaultdict(Counter)
    for event in events:
        inside = event["target"] == node or event["target"].startswith(node + "/")
        if not inside or event["kind"] not in ("clock_lock", "power_brake", "power_cap"):
            continue
        start = event["effective_s"]
        key = (event["kind"], event.get("clock_mhz", 0))
        changes[start][key] += 1
        changes[start + event.get("duration_s", max(0, end_s - start))][key] -= 1
    servers = servers_below(resolved, node)
    low = low_priority_share(resolved) * servers if servers else math.inf
    t1_clock = controller_fields(resolved).get("low_t1_clock_mhz", math.inf)
    spans, acting, level, since = defaultdict(list), Counter(), None, 0.0
    for time in sorted(changes):
        acting.update(changes[time])
        now = classify(acting, low, t1_clock)
        if now != level:
            if level:
                spans[level].append((since, time - since))
            level, since = now, time
    return spans


def level_labels(resolved: dict) -> dict[str, str]:
    fields = controller_fields(resolved)
    mhz = {key: f" ({fields[key]:.0f} MHz)" for key in fields if key.endswith("clock_mhz")}
    low_t2 = mhz.get("low_t2_clock_mhz", mhz.get("clock_mhz", ""))
    high = "high priority locked too" if "t2_fraction" in fields else "all servers locked"
    return {"t1": "low priority locked, T1" + mhz.get("low_t1_clock_mhz", ""),
            "t2": "low priority locked" + (", T2" if "t2_fraction" in fields else "") + low_t2,
            "high": high + mhz.get("high_t2_clock_mhz", mhz.get("clock_mhz", "")),
            "cap": "power cap", "brake": "power brake"}


# ---- drawing


def time_unit(end_s: float) -> tuple[float, str]:
    for limit, divisor, name in ((180, 1, "s"), (3 * 3600, 60, "minutes"), (3 * 86400, 3600, "hours")):
        if end_s <= limit:
            return divisor, name
    return 86400, "days"


def coarser(watts: list, group: int, how=np.mean) -> np.ndarray:
    """kW over groups of bins."""
    return np.array([how(watts[i:i + group]) for i in range(0, len(watts), group)]) / 1000


def draw_shading(axes, spans: dict, divisor: float) -> None:
    for level, ranges in spans.items():
        axes.broken_barh([(start / divisor, length / divisor) for start, length in ranges], (0, 1),
                         transform=axes.get_xaxis_transform(), color=LEVELS[level], linewidth=0, zorder=0)


def draw_budget(axes, budget_kw: float, resolved: dict) -> None:
    """Lines for the budget and the policy's thresholds, named on a second axis that counts in budgets."""
    axes.axhline(budget_kw, color="black", linewidth=1.1, zorder=4)
    names = {1.0: "budget", **{fraction: name for name, fraction in thresholds(resolved).items()}}
    for fraction in names:
        if fraction != 1:
            axes.axhline(fraction * budget_kw, color="#333333", linestyle=(0, (4, 3)), linewidth=0.7, zorder=4)
    low, high = (kw / budget_kw for kw in axes.get_ylim())
    plain = [i / 10 for i in range(100) if all(abs(i / 10 - fraction) > 0.045 for fraction in names)]
    ticks = sorted(fraction for fraction in [*names, *plain] if low <= fraction <= high)
    right = axes.secondary_yaxis("right", functions=(lambda kw: kw / budget_kw, lambda fraction: fraction * budget_kw))
    right.set_yticks(ticks, [f"{fraction:.2f} {names.get(fraction, '')}".rstrip() for fraction in ticks])
    right.set_ylabel("fraction of budget")


def grouped_edges(power: dict, bins: int, group: int) -> np.ndarray:
    """The times in s at which groups of bins begin, and the end of the last."""
    return power["start_s"] + power["bin_s"] * np.append(np.arange(0, bins, group), bins)


def draw_band(axes, run: dict, series: dict) -> list:
    bins = len(series["mean_w"])
    group = math.ceil(bins / MAX_POINTS)
    edges = grouped_edges(run["power"], bins, group) / run["unit"][0]
    mean = coarser(series["mean_w"], group)
    low, high = coarser(series["min_w"], group, min), coarser(series["max_w"], group, max)
    band = axes.fill_between(edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post", color="#7f8c8d",
                             alpha=0.5, linewidth=0, zorder=2, label="min to max of it")
    line, = axes.plot((edges[:-1] + edges[1:]) / 2, mean, color="#12324f", linewidth=0.7, zorder=3,
                      label=f"mean of each {group * run['power']['bin_s']:g} s")
    axes.set_ylim(0.92 * low.min(), 1.04 * max(high.max(), series.get("budget_w", 0) / 1000))
    return [line, band]


def draw_row_power(axes, run: dict, node: str) -> None:
    series, resolved, (divisor, unit) = run["power"]["nodes"][node], run["resolved"], run["unit"]
    spans = control_spans(run["events"], resolved, node, run["end_s"])
    draw_shading(axes, spans, divisor)
    curves = draw_band(axes, run, series)
    if "budget_w" in series:
        draw_budget(axes, series["budget_w"] / 1000, resolved)
    labels = level_labels(resolved)
    handles = [*curves, *(Patch(color=LEVELS[level], label=labels[level]) for level in LEVELS if level in spans)]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.012, 1.0), ncols=3, borderaxespad=0.2)
    axes.set_title(f"(a) Power of {node}", pad=8 + 10.5 * math.ceil(len(handles) / 3))
    axes.set(xlim=(0, run["end_s"] / divisor), xlabel=f"time, {unit}", ylabel="power, kW")


def draw_rack_power(axes, run: dict, racks: list[str]) -> None:
    nodes, (divisor, unit) = run["power"]["nodes"], run["unit"]
    bins = len(nodes[racks[0]]["mean_w"])
    group = math.ceil(bins / MAX_COLUMNS)
    kw = np.array([coarser(nodes[rack]["mean_w"], group) for rack in racks])
    columns = grouped_edges(run["power"], bins, group) / divisor
    image = axes.pcolormesh(columns, np.arange(len(racks) + 1) - 0.5, kw, cmap="viridis", rasterized=True)
    axes.figure.colorbar(image, cax=axes.inset_axes([1.02, 0, 0.015, 1]), label="power, kW")
    step = math.ceil(len(racks) / 16)
    axes.set_yticks(range(0, len(racks), step), [rack.rsplit("/", 1)[-1] for rack in racks[::step]], fontsize=7)
    axes.invert_yaxis()
    axes.set(xlim=(0, run["end_s"] / divisor), xlabel=f"time, {unit}",
             title=f"(b) Power by rack, mean of each {group * run['power']['bin_s']:g} s")


def log_ticks(axes) -> None:
    low, high = axes.get_xlim()
    steps = (1, 2, 5) if high < 12 * low else (1, 3) if high < 100 * low else (1,)
    axes.xaxis.set_major_locator(LogLocator(subs=steps))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def draw_latency(axes, run: dict, key: str, letter: str) -> None:
    """The distribution of one latency, a line for each class, and the classes' SLO targets as dotted lines.

    No target for TBT: it is one of a request's mean, and the distribution is that of tokens.
    """
    title, label, share, scale = LATENCIES[key]
    classes = run["latency"]["classes"] or {"all": run["latency"]["all"]}
    for i, (name, quantiles) in enumerate(sorted(classes.items())):
        values = np.maximum(np.array(quantiles.get(key, [])) * scale, 1e-6)
        axes.plot(values, (np.arange(len(values)) + 0.5) / max(1, len(values)), color=CLASS_COLOURS[i % 6],
                  linestyle=CLASS_LINES[i % 4], linewidth=1.3, label=name)
        slo = run["resolved"].get("slo", {})
        target = slo.get(name, slo.get("all", {})).get(key)
        if target and key != "tbt_s":
            axes.axvline(target * scale, color=CLASS_COLOURS[i % 6], linestyle=":", linewidth=1)
    axes.set(xscale="log", ylim=(0, 1.005), xlabel=label, ylabel=share, title=f"({letter}) {title}")
    axes.grid(which="major", color="#dddddd", linewidth=0.5)
    log_ticks(axes)


def latency_legend(place, latency_axes, run: dict) -> None:
    handles, _ = latency_axes.get_legend_handles_labels()
    if run["resolved"].get("slo"):
        handles.append(plt.Line2D([], [], color="#555555", linestyle=":", linewidth=1, label="SLO target of the class"))
    place.legend(handles=handles, loc="center", ncols=min(6, len(handles)))
    place.set_axis_off()


def headline(run: dict) -> str:
    summary, policy = run["summary"], policy_of(run["resolved"]).get("name")
    servers = run["resolved"].get("site", {}).get("servers")
    parts = [summary["scenario"]]
    parts += [f"policy {policy}"] if policy else []
    parts += [f"{servers} servers"] if servers else []
    return ", ".join([*parts, f"{summary['requests']['arrived']:,} requests"])


def outcome(run: dict, node: str) -> str:
    power, throttle = run["summary"]["power"].get(node, {}), run["summary"]["throttle"]
    counts = [f"{throttle[key]} {word}{'' if throttle[key] == 1 else 's'}"
              for key, word in (("clock_locks", "clock lock"), ("brakes", "brake"), ("trips", "trip"))]
    peak = power.get("telemetry_peak_w")
    share = [f"largest telemetry sample {peak / power['budget_w']:.3f} of the budget"] if peak and "budget_w" in power else []
    return "; ".join([*share, ", ".join(counts)])


def draw(run: dict, node: str):
    racks = children(run["power"]["nodes"], node)
    plt.rcParams.update(STYLE)
    figure = plt.figure(figsize=(7.2, 7.8 if racks else 5.4), layout="constrained")
    grid = figure.add_gridspec(3, 1, height_ratios=[5.0 if racks else 3.0, 2.0, 0.12])
    power = grid[0].subgridspec(2 if racks else 1, 1, height_ratios=[3.0, 1.9] if racks else None)
    draw_row_power(figure.add_subplot(power[0]), run, node)
    if racks:
        draw_rack_power(figure.add_subplot(power[1]), run, racks)
    latency = grid[1].subgridspec(1, len(LATENCIES))
    for i, key in enumerate(LATENCIES):
        axes = figure.add_subplot(latency[i])
        draw_latency(axes, run, key, "cde"[i] if racks else "bcd"[i])
    latency_legend(figure.add_subplot(grid[2]), axes, run)
    figure.suptitle(f"{headline(run)}\n{outcome(run, node)}", fontsize=9)
    return figure


def save_figure(figure, file: Path, dpi: int, **options) -> None:
    try:
        figure.savefig(file, dpi=dpi, **options)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {file}: {error}") from error


def load(out: Path) -> dict:
    run = {name: read_json(out, f"{name}.json") for name in ("summary", "power", "latency")}
    run["events"] = read_events(out)
    run["resolved"] = read_json(out, "resolved.json", needed=False)
    run["end_s"] = run["summary"]["simulated_s"]
    run["unit"] = time_unit(run["end_s"])
    if not run["power"]["nodes"]:
        raise InputError(f"{out / 'power.json'}: has no nodes to draw")
    return run


def save_picture(program: str, directory: Path, save: Path | None, dpi: int, make) -> int:
    """Writes the figure that make() returns, beside the directory unless told where; the exit code of the script."""
    file = save or directory.resolve().with_name(directory.resolve().name + ".png")

    def work() -> None:
        save_figure(make(), file, dpi)
        print(file)

    return exit_code(program, directory, work)


def picture_options(parser: argparse.ArgumentParser, directory: str) -> None:
    parser.add_argument("--save", metavar="FILE", type=Path,
                        help=f"picture to write, .png, .pdf or .svg (default: {directory}.png, beside {directory})")
    parser.add_argument("--dpi", metavar="N", type=int, default=150, help="dots an inch of a .png (default: 150)")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="OUT", type=Path, help="output directory of headroom run")
    picture_options(parser, "OUT")
    parser.add_argument("--node", metavar="PATH", help="node of power.json to draw (default: the first with a budget)")
    return parser.parse_args()


def picture(args: argparse.Namespace):
    run = load(args.out)
    return draw(run, choose_node(run["power"]["nodes"], args.node))


def main() -> int:
    args = arguments()
    return save_picture("plot.py", args.out, args.save, args.dpi, lambda: picture(args))


if __name__ == "__main__":
    sys.exit(main())
