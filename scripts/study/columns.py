"""The columns of a sweep's table: what stands over each, and in its cells."""

from collections.abc import Callable
from dataclasses import dataclass

from .names import class_and_rest, is_number, last_parts
from .sweep import IMPACT


@dataclass
class Column:
    pointer: str
    heading: str
    cell: Callable[[dict], str]
    meaning: str = ""
    is_number: bool = True


@dataclass
class Ratio:
    """Two metrics of which the quotient is shown where a study has both."""
    whole: str
    heading: str
    digits: int
    meaning: str


RATIOS = {
    "telemetry_peak_w": Ratio("budget_w", "peak sample", 3, "peak sample: largest telemetry sample over the budget."),
    "completed": Ratio("arrived", "done", 4, "done: completed over arrived requests.")}
COUNTS = {"/throttle/clock_locks": "locks", "/throttle/brakes": "brakes", "/throttle/cap_events": "caps", "/throttle/trips": "trips"}
THROTTLED = "/throttle/throttled_server_s"
LATENCIES = {"e2e_s": "", "ttft_s": "TTFT ", "tbt_s": "TBT "}
END_TO_END = "p50, p99: end-to-end latency, unless noted."


def number(value) -> str:
    if not is_number(value):
        return "-" if value is None else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def seconds(value) -> str:
    return "-" if value is None else f"{value:.2f} s" if value >= 1 else f"{value:.3g} s"


def hours(value) -> str:
    return "-" if value is None else f"{value / 3600:.1f} h"


def percent(fraction) -> str:
    return "-" if fraction is None else f"{round(100 * fraction, 1) + 0.0:+.1f} %"


def of_class(pointer: str, heading: str) -> str:
    name, _ = class_and_rest(pointer)
    return f"{name} {heading}" if name else heading


def is_latency(pointer: str) -> bool:
    _, steps = class_and_rest(pointer)
    return len(steps) == 3 and steps[0] == "latency" and steps[1] in LATENCIES


def plain_column(pointer: str) -> Column:
    """A metric by itself. A heading made of the pointer carries the unit of the cells."""
    if is_latency(pointer):
        kind, percentile = class_and_rest(pointer)[1][1:]
        return Column(pointer, of_class(pointer, LATENCIES[kind] + percentile), lambda point: seconds(point.get(pointer)),
                      END_TO_END if kind == "e2e_s" else "")
    if pointer == THROTTLED:
        return Column(pointer, "throttled", lambda point: hours(point.get(pointer)), "throttled: server-hours under a lock, cap or brake.")
    heading = COUNTS.get(pointer) or (of_class(pointer, last_parts(pointer, 1)) if class_and_rest(pointer)[0] else last_parts(pointer, 2))
    return Column(pointer, heading, lambda point: number(point.get(pointer)))


def ratio_column(part: str, whole: str, ratio: Ratio) -> Column:
    def cell(point: dict) -> str:
        return f"{point[part] / point[whole]:.{ratio.digits}f}" if part in point and point.get(whole) else "-"
    return Column(f"{part} / {ratio.whole}", of_class(part, ratio.heading), cell, ratio.meaning)


def impact_column(pointer: str) -> Column:
    heading = plain_column(pointer).heading + " change"
    return Column(IMPACT + pointer, heading, lambda point: percent(point.get(IMPACT + pointer)))


def compared_column(pointer: str) -> Column:
    """A metric as its change against the reference, and in the row of the reference as itself."""
    column = plain_column(pointer)
    value = column.cell
    column.cell = lambda point: value(point) if point.get("reference") == point["point"] else percent(point.get(IMPACT + pointer))
    return column


def wholes(metrics: list[str]) -> dict[str, str]:
    """For each metric that is part of another one, which is there too, the other."""
    pairs = {}
    for pointer in metrics:
        folder, _, name = pointer.rpartition("/")
        if name in RATIOS and f"{folder}/{RATIOS[name].whole}" in metrics:
            pairs[pointer] = f"{folder}/{RATIOS[name].whole}"
    return pairs


def columns_of(sweep: dict) -> list[Column]:
    """Metrics in the order of the study, then the impacts that have no metric to stand with."""
    metrics, impacts = sweep["metrics"], sweep["impacts"]
    pairs = wholes(metrics)
    merged = [pointer for pointer in impacts if pointer in metrics and pointer not in pairs]
    columns = []
    for pointer in metrics:
        if pointer in pairs:
            columns.append(ratio_column(pointer, pairs[pointer], RATIOS[pointer.rpartition("/")[2]]))
        elif pointer in merged:
            columns.append(compared_column(pointer))
        elif pointer not in pairs.values():
            columns.append(plain_column(pointer))
    return columns + [impact_column(pointer) for pointer in impacts if pointer not in merged]
