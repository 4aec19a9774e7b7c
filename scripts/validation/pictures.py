"""Predicted against measured, drawn."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from plot import CLASS_COLOURS, STYLE

from .comparisons import (
    A100_MAX_MHZ, A100_TDP_W, H100_MAX_MHZ, REGIMES, Program, Series, dynamollm_clock_curves, ml_energy_curves)

BAND = 0.10
WIDTH = 7.2
H100_TDP_W = 700
MARKERS = "osD^v"
MEASURED, RANGE = "#222222", "#f0d3e3"
DOTS = {"linestyle": "", "markersize": 4, "markeredgewidth": 0.8}
CURVE_CLOCKS = list(range(600, H100_MAX_MHZ, 30))


def chosen(series: list[Series], source: str, *quantities: str) -> list[Series]:
    return [s for s in series if s.source == source and s.quantity in quantities]


def system(s: Series) -> str:
    """The subject without its stack."""
    return s.subject.rsplit(", ", 1)[0]


def columns(s: Series, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    return np.array([[p.measured, p.predicted] for p in s.points]).T * scale


def plain_log(axis, wide: bool = False) -> None:
    """Ticks at 1, 2 and 5 of each decade, or at its start alone, as plain numbers."""
    axis.set_major_locator(LogLocator(subs=(1,) if wide else (1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axis.set_minor_formatter(NullFormatter())


def panels_over_legend(height: float, widths: list[float], share_y: bool = False, legend_height: float = 0.06):
    """A figure, its panels side by side, and a place for one legend below them."""
    figure = plt.figure(figsize=(WIDTH, height), layout="constrained")
    grid = figure.add_gridspec(2, len(widths), width_ratios=widths, height_ratios=[1, legend_height])
    panels = []
    for i in range(len(widths)):
        panels.append(figure.add_subplot(grid[0, i], sharey=panels[0] if share_y and panels else None))
    place = figure.add_subplot(grid[1, :])
    place.set_axis_off()
    return figure, panels, place


def scatter(axes, groups: list[tuple[str, Series]], unit: str, scale: float, log: bool, tdp: float | None = None) -> None:
    """Each point at (measured, predicted), with the diagonal and a band of 10 % around it."""
    values = np.concatenate([columns(s, scale).ravel() for _, s in groups])
    low, high = (values.min() / 1.15, values.max() * 1.15) if log else (0.85 * values.min(), values.max() * 1.06)
    ends = np.array([low, high])
    axes.fill_between(ends, ends * (1 - BAND), ends * (1 + BAND), color="#e8e8e8", linewidth=0, zorder=0)
    axes.plot(ends, ends, color="#888888", linewidth=0.8, zorder=1)
    if tdp:
        axes.axhline(tdp, color="#888888", linestyle=":", linewidth=0.8, zorder=1)
        axes.annotate("TDP", (ends[0], tdp), xytext=(3, 2), textcoords="offset points", fontsize=7, color="#555555")
    for i, (name, s) in enumerate(groups):
        measured, predicted = columns(s, scale)
        colour = CLASS_COLOURS[i % len(CLASS_COLOURS)]
        axes.plot(measured, predicted, MARKERS[i % len(MARKERS)], color=colour, markerfacecolor="none", label=name, **DOTS)
    axes.set(xlim=ends, ylim=ends, aspect="equal", xlabel=f"measured, {unit}", ylabel=f"predicted, {unit}")
    if log:
        axes.set(xscale="log", yscale="log")
        wide = high / low > 50
        plain_log(axes.xaxis, wide)
        plain_log(axes.yaxis, wide)
    axes.legend(loc="upper left" if log else "lower right", handletextpad=0.2, borderaxespad=0.3)


def latency(series: list[Series]):
    figure, axes = plt.subplots(1, 3, figsize=(WIDTH, 2.65), layout="constrained")
    for place, title, group in (
            (axes[0], "Splitwise: decode step", chosen(series, "Splitwise", "decode step")),
            (axes[1], "Splitwise: prefill", chosen(series, "Splitwise", "prefill time")),
            (axes[2], "ML.ENERGY: inter-token", chosen(series, "ML.ENERGY", "inter-token latency, median"))):
        named = [(system(s).replace("H100 ", "") if s.source == "ML.ENERGY" else system(s), s) for s in group]
        scatter(place, named, "ms", 1e3, log=True)
        place.set_title(title)
    return figure


def power(series: list[Series]):
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.7), layout="constrained")
    a100 = [(f"{s.quantity.split()[0]} {system(s).removeprefix('A100 ')}, Splitwise", s)
            for s in chosen(series, "Splitwise", "decode power", "prefill power")]
    a100 += [("decode, TAPAS", s) for s in chosen(series, "TAPAS fig. 16", "decode power")]
    scatter(axes[0], a100, "power of a GPU, W", 1.0, log=False, tdp=A100_TDP_W)
    h100 = [(f"{system(s).removeprefix('H100 ')}, ML.ENERGY", s) for s in chosen(series, "ML.ENERGY", "GPU power")]
    h100 += [("prefill TP8, DynamoLLM", s) for s in chosen(series, "DynamoLLM fig. 3", "prefill power")]
    scatter(axes[1], h100, "power of a GPU, W", 1.0, log=False, tdp=H100_TDP_W)
    axes[0].set_title("A100, Llama-2-70B")
    axes[1].set_title("H100")
    return figure


def batch(series: list[Series], program: Program):
    """Time between tokens, power and energy of ML.ENERGY's systems at chat: dots measured, lines predicted."""
    curves = ml_energy_curves(program)
    figure, axes, legend = panels_over_legend(2.9, [1, 1, 1])
    panels = (("inter-token latency, median", "steady_itl_s", "time between tokens, median, ms", 1e3),
              ("GPU power", "steady_gpu_w", "power of a GPU, W", 1.0),
              ("energy per output token", "steady_energy_per_output_token_j", "energy of an output token, J", 1.0))
    for place, (quantity, key, label, scale) in zip(axes, panels):
        for i, s in enumerate(s for s in chosen(series, "ML.ENERGY", quantity) if s.subject in curves):
            rows, colour = curves[s.subject], CLASS_COLOURS[i % len(CLASS_COLOURS)]
            place.plot([r["batch"] for r in rows], [scale * r[key] for r in rows], color=colour, linewidth=1)
            place.plot([p.at for p in s.points], [scale * p.measured for p in s.points], MARKERS[i % len(MARKERS)], color=colour,
                       label=system(s), **DOTS)
        place.set(xscale="log", xlabel="sequences in flight", ylabel=label)
        place.set_xticks([4, 16, 64, 256, 1024])
        place.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        place.xaxis.set_minor_locator(plt.NullLocator())
        if quantity == "GPU power":
            place.set_ylim(bottom=300)
        else:
            place.set_yscale("log")
            plain_log(place.yaxis)
    legend.legend(*axes[0].get_legend_handles_labels(), loc="center", ncols=3)
    return figure


def regime_handles() -> list:
    """Colours for BEAM's regimes, markers and lines for its parallelisms."""
    handles = [Line2D([], [], color=CLASS_COLOURS[i], linewidth=2, label=name) for i, name in enumerate(REGIMES.values())]
    return [*handles, Line2D([], [], color="#444444", linewidth=1, label="TP4", marker="o", markersize=4),
            Line2D([], [], color="#444444", linewidth=1, label="TP2", marker="o", markersize=4, markerfacecolor="white", linestyle="--")]


def draw_beam(axes, pairs: list[tuple[str, list[tuple[float, float, float]]]]) -> None:
    """(subject, [(clock, measured, predicted)])"""
    for subject, points in pairs:
        clocks, measured, predicted = np.array([*points, (A100_MAX_MHZ, 1.0, 1.0)]).T
        order = np.argsort(clocks)
        colour = CLASS_COLOURS[[name in subject for name in REGIMES.values()].index(True)]
        four = "TP4" in subject
        axes.plot(clocks[order], predicted[order], color=colour, linestyle="-" if four else "--", linewidth=1)
        axes.plot(clocks, measured, "o", color=colour, markerfacecolor=colour if four else "none", **{**DOTS, "markersize": 2.6})
    axes.set_xlabel("SM clock, MHz")
    axes.grid(color="#eeeeee", linewidth=0.6)


def beam(series: list[Series], quantity: str) -> list[tuple[str, list[tuple[float, float, float]]]]:
    return [(s.subject, [(p.at, p.measured, p.predicted) for p in s.points]) for s in chosen(series, "BEAM", quantity)]


def clock_response(series: list[Series]):
    figure, axes, legend = panels_over_legend(3.4, [1, 1])
    draw_beam(axes[0], beam(series, "time ratio to 1410 MHz"))
    draw_beam(axes[1], beam(series, "power ratio to 1410 MHz"))
    axes[0].set(ylabel="time of a step / at 1410 MHz", title="A100: time")
    axes[1].set(ylabel="power of a GPU / at 1410 MHz", title="A100: power")
    legend.legend(handles=regime_handles(), loc="center", ncols=5)
    return figure


def energy_clock(series: list[Series], program: Program):
    """Energy over that at the highest clock: BEAM's A100 as time ratio x power ratio, DynamoLLM's H100."""
    figure, axes, legend = panels_over_legend(3.3, [1.5, 1, 1, 1], share_y=True, legend_height=0.22)
    times, watts = dict(beam(series, "time ratio to 1410 MHz")), dict(beam(series, "power ratio to 1410 MHz"))
    draw_beam(axes[0], [(subject, [(t[0], t[1] * w[1], t[2] * w[2]) for t, w in zip(points, watts[subject])])
                        for subject, points in times.items()])
    axes[0].set(ylabel="energy / at the highest clock", title="A100")
    curves = dynamollm_clock_curves(program, CURVE_CLOCKS)
    for place, s in zip(axes[1:], chosen(series, "DynamoLLM table 1", "energy ratio to 2.0 GHz")):
        lines = curves[s.subject]
        place.fill_between(CURVE_CLOCKS, lines.min(axis=0), lines.max(axis=0), color=RANGE, linewidth=0)
        place.plot(CURVE_CLOCKS, np.median(lines, axis=0), color=CLASS_COLOURS[3], linewidth=1)
        place.plot([p.at for p in s.points], [p.measured for p in s.points], "o", color=MEASURED, markerfacecolor="none", **DOTS)
        place.plot([H100_MAX_MHZ], [1.0], "o", color=MEASURED, **DOTS)
        place.set(xlabel="SM clock, MHz", title=system(s), xticks=[800, 1400, 2000])
        place.grid(color="#eeeeee", linewidth=0.6)
        place.tick_params(labelleft=False)
    handles = [Line2D([], [], linestyle="", label=" "),  # an empty third row of the second column
               Line2D([], [], color=MEASURED, markerfacecolor="none", label="H100: measured, a type of request each", marker="o", **DOTS),
               Line2D([], [], color=CLASS_COLOURS[3], linewidth=1, label="H100: predicted, median of the types"),
               Patch(color=RANGE, label="H100: predicted, min to max of the types")]
    legend.legend(handles=regime_handles() + handles, loc="center", ncols=3)
    return figure


def pictures(series: list[Series], program: Program) -> dict:
    """Figures by the name of their file."""
    plt.rcParams.update(STYLE | {"axes.spines.right": False, "axes.axisbelow": True})
    return {"latency": latency(series), "power": power(series), "batch": batch(series, program),
            "clock_response": clock_response(series), "energy_clock": energy_clock(series, program)}
