#!/usr/bin/python3
"""Refits the coefficients of configs/hardware and configs/stack on measured data and says by how much they miss.

Reads ../shared/data (or $HEADROOM_DATA) and rewrites the coefficient and calibration blocks. Deterministic: a second run
changes nothing. Writes docs/calibration.md; docs/models.md explains every coefficient.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.dont_write_bytecode = True
from calibration.fitting import SERVER, SHEETS, lasts, run  # noqa: E402
from calibration.intervals import coverage, intervals, not_seen  # noqa: E402
from calibration.latency import (  # noqa: E402
    CLOCK, SCOUT, by_data_sheet, fit_2023, fit_2025, fit_clock, points_2025, time_ratios)
from calibration.leave_out import leave_out  # noqa: E402
from calibration.measurements import (  # noqa: E402
    A100, B200, H100, H200, dvfs, dynamollm_clocks, mean_step, median_step, ml_energy_b200, ml_energy_mixtures, splitwise, splitwise_decode,
    splitwise_prefill)
from calibration.model import PROJECT, read_json  # noqa: E402
from calibration.power import (  # noqa: E402
    energy_ratios, fit_power, measured_rates, power_by_data_sheet, power_points, power_ratios)

SOURCES = {"splitwise": "Splitwise (ISCA 2024), splitwise-sim 8f99e7d", "splitwise decode": "Splitwise (ISCA 2024), splitwise-sim 8f99e7d",
           "splitwise prefill": "Splitwise (ISCA 2024), splitwise-sim 8f99e7d", "ml.energy": "ML.ENERGY v3 0cd52da", "powertrace": "powertrace-sim, vLLM 2025",
           "tapas decode": "TAPAS (ASPLOS 2025) figure 16, decode", "tapas prefill": "TAPAS (ASPLOS 2025) figure 16, prefill",
           "dynamollm fig 3": "DynamoLLM (HPCA 2025) figure 3", "dynamollm table 1": "DynamoLLM (HPCA 2025) table 1",
           "powertrace busy": "powertrace-sim, vLLM 2025", "beam": "BEAM artefact 089b98a", "ml.energy b200": "ML.ENERGY v3 0cd52da, a check and no fit"}
TARGETS = {"decode step": 0.12, "median inter-token": 0.12, "prefill time": 0.2, "GPU power": 0.1, "energy per token": 0.15,
           "time ratio": 0.08, "power ratio": 0.08}
PAGE = """# Calibration

Written by `scripts/calibrate.py`, which refits the coefficients of `configs/hardware` and `configs/stack` on measured data (about a
minute) and changes nothing when run again. What the data are, and which way each is read, stands in [models.md](models.md).
Errors here are the fit script's own; [validation.md](validation.md) holds the program itself against the same sources.

## Errors of the fit

Relative, of absolute values; the worst with its sign. `beam a100` and `dynamollm table 1` compare ratios to the highest clock. Most of the
A100's prefill draws sit at the clamp, measured and predicted, hence the median of 0.
"""
LEFT_OUT = """
## Errors on what is left out

Fitted anew without the measurements named, then held against them, beside the median that the project aims at on models, parallelism and
laboratories that it has not seen. Clock response stays as fitted while latency is refitted, and so does the power model. Within
ML.ENERGY whole models and parallelisms are predicted within the targets. Splitwise has one model at TP2 and TP8: either alone does not
say what launching and what bandwidth cost, so these rows are the price of extrapolating by a factor of four with half of the terms
undetermined, not of interpolating to TP4.
"""
COVERED = """
## Intervals

`predict` says with every value between which two four of five measurements are to be expected: the value times the 10th and the 90th percentile of measured over predicted, of all that was left out of the fit, kind by
kind; never narrower than boards of one type differ (5 %), and wider beyond what was measured ([models](models.md#intervals)). Here what was left out is held against the interval that the *others* of its kind give.
Rows of one sweep are not independent, and some kinds have one or two sources: what is missed is missed by whole sweeps.
"""


def calibrate() -> tuple[dict, dict]:
    """Times at the highest clock, how they stretch below it, and what they draw, each from what stands before it."""
    modern = fit_2025(points_2025(), CLOCK)
    clock = fit_clock(dvfs(), modern)
    modern = {gpu: c | {"clock": clock} for gpu, c in modern.items()}
    stacks = {"vllm_2023": fit_2023(splitwise(), modern), "vllm_2025": modern | by_data_sheet(modern[H100])}
    power = fit_power(power_points(), stacks)
    return stacks, power | {gpu: power_by_data_sheet(power[H100], gpu) for gpu in SHEETS}


def errors(stacks: dict, power: dict) -> list[tuple[str, str, str, np.ndarray]]:
    """(coefficient block, source, quantity, relative errors)"""
    table = []

    def add(block, source, quantity, predicted, measured):
        table.append((block, source, quantity, np.array(predicted) / np.array(measured) - 1))

    for gpu in SERVER:
        for predict, measured, quantity in ((splitwise_decode, "decode_s", "decode step"),
                                            (splitwise_prefill, "prefill_s", "prefill time")):
            points = [d for d in splitwise() if d["gpu"] == gpu and (measured == "decode_s" or d["output"] == 128)]
            add(f"vllm_2023 {gpu[:4]}", f"splitwise {gpu[:4]}", quantity,
                [lasts(predict, d, stacks["vllm_2023"]) for d in points], [d[measured] for d in points])
    modern = stacks["vllm_2025"]
    for gpu, source, quantity in dict.fromkeys((p[5]["gpu"], *p[:2]) for p in points_2025()):
        points = [p for p in points_2025() if (p[5]["gpu"], *p[:2]) == (gpu, source, quantity)]
        add(f"vllm_2025 {gpu[:4]}", f"{source} {gpu[:4]}", quantity, [lasts(p[3], p[5], modern) for p in points], [p[4] for p in points])
    for name in dict.fromkeys(d["model"] for d in ml_energy_mixtures()):
        points = [d for d in ml_energy_mixtures() if d["model"] == name]
        add("own detour" if name in SCOUT else "not fitted", f"ml.energy {name}", "median inter-token", [lasts(median_step, d, modern) for d in points], [d["itl_s"] for d in points])
    add("by data sheet", "ml.energy b200", "median inter-token", [lasts(median_step, d, modern) for d in ml_energy_b200()],
        [d["itl_s"] for d in ml_energy_b200()])
    for source, gpu in dict.fromkeys((point[0], point[4]["gpu"]) for point in power_points()):
        points = [point for point in power_points() if (point[0], point[4]["gpu"]) == (source, gpu)]
        for quantity, watts in (("GPU power", lambda *of: run(*of)[1]), ("GPU power at measured rates", measured_rates)):
            if quantity == "GPU power" or "step_s" in points[0][4]:
                add(SERVER[gpu], f"{source} {gpu[:4]}", quantity, [watts(predict, d, stacks[stack], power) for _, stack, _, predict, d in points],
                    [point[4]["gpu_w"] for point in points])
    sets = {f"ml.energy {name}": ("not fitted", [d for d in ml_energy_mixtures() if d["model"] == name])
            for name in dict.fromkeys(d["model"] for d in ml_energy_mixtures())}
    for name, (block, points) in (sets | {"ml.energy b200": ("dgx_b200", ml_energy_b200())}).items():
        runs = [(*run(mean_step, d, modern, power), d) for d in points]
        add(block, name, "GPU power", [watts for _, watts, _ in runs], [d["gpu_w"] for d in points])
        add(block, name, "energy per token", [seconds * watts for seconds, watts, _ in runs], [d["mean_s"] * d["gpu_w"] for d in points])
    add("clock", "beam a100", "time ratio", time_ratios(dvfs(), modern), [d["time"] for d in dvfs()])
    add("dgx_a100", "beam a100", "power ratio", power_ratios(dvfs(), modern, power), [d["power"] for d in dvfs()])
    add("dgx_h100", "dynamollm table 1", "energy ratio", energy_ratios(dynamollm_clocks(), modern, power),
        [d["energy"] for d in dynamollm_clocks()])
    return table


def notes(table: list, *blocks: str) -> list[dict]:
    """What stands beside a coefficient block: how well it fits, source by source."""
    return [{"source": SOURCES[source.removesuffix(" a100").removesuffix(" h100")], "quantity": quantity, "points": len(e),
             "median_error_fraction": round(float(np.median(np.abs(e))), 4),
             "p90_error_fraction": round(float(np.quantile(np.abs(e), 0.9)), 4)}
            for block, source, quantity, e in table if block in blocks]


def unmeasured(quantity: str, source: str) -> dict:
    return {"source": source, "quantity": quantity, "points": 0}


def stack_notes(table: list, stack: str) -> dict[str, list[dict]]:
    """By GPU. Clock response is the A100's."""
    borrowed = unmeasured("clock response", "not measured: the A100's")
    sheet = [unmeasured("latency", "not measured: the H100's shares; all-reduce, attention and experts by kernels"), borrowed]
    return {A100: notes(table, f"{stack} {A100[:4]}") + notes(table, "clock"), H100: notes(table, f"{stack} {H100[:4]}") + [borrowed],
            H200: sheet, B200: sheet, "default": [unmeasured("latency", "not measured: the H100's"), borrowed]}


def write(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def cells(e: np.ndarray) -> str:
    a = np.abs(e)
    return f"{len(e)} | {np.median(a):.1%} | {np.quantile(a, 0.9):.1%} | {e[np.argmax(a)]:+.1%}"


def target(quantity: str, e: np.ndarray) -> str:
    """Of a median, on what is not seen; none is set for a step's mean."""
    if quantity not in TARGETS:
        return ""
    return f"{TARGETS[quantity]:.0%}" + ("" if np.median(np.abs(e)) <= TARGETS[quantity] else ", **missed**")


def inside(rows: list) -> list[str]:
    """How often measurements lie inside the interval that the others of their kind give."""
    lines = [COVERED, "| coefficients, kind | left out | quantity | interval | points | inside |", "| --- | --- | --- | --- | --- | --- |"]
    table = coverage(rows)
    lines += [f"| {block} | {name} | {quantity} | {low:.2f} to {high:.2f} | {points} | {share:.0%} |"
              for block, name, quantity, points, share, (low, high) in table]
    points = sum(row[3] for row in table)
    return [*lines, "", f"Together {sum(row[3] * row[4] for row in table) / points:.0%} of {points}."]


def page(fitted: list, left_out: list) -> None:
    """docs/calibration.md: the errors of the fit and of what it predicts of points that it was not shown."""
    lines = [PAGE, "| coefficients | source | quantity | points | median | p90 | worst |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {file} | {source} | {quantity} | {cells(e)} |" for file, source, quantity, e in fitted]
    lines += [LEFT_OUT, "| left out | quantity | points | median | p90 | worst | target |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {quantity} | {cells(e)} | {target(quantity, e)} |" for name, quantity, e in left_out]
    text = "\n".join(lines + inside(not_seen(fitted, left_out))) + "\n"
    (PROJECT / "docs" / "calibration.md").write_text(text)
    print(text)


def main() -> None:
    stacks, power = calibrate()
    table, left_out = errors(stacks, power), leave_out(stacks, power)
    unseen = not_seen(table, left_out)
    for name, gpus in stacks.items():
        path = PROJECT / "configs" / "stack" / f"{name}.json"
        said = stack_notes(table, name)
        write(path, read_json(path) | {"gpus": {gpu: c | {"calibration": said[gpu], "errors": intervals(name, gpu, unseen)}
                                                for gpu, c in (gpus | {"default": gpus[H100] | {"from_data_sheet": True}}).items()}})
    for gpu, name in (SERVER | SHEETS).items():
        path = PROJECT / "configs" / "hardware" / f"{name}.json"
        hardware = read_json(path)
        said = [unmeasured("GPU power", "not fitted: the H100's, by data sheet")] if gpu in SHEETS else []
        write(path, hardware | {"gpu_power": hardware["gpu_power"] | power[gpu], "calibration": said + notes(table, name)})
    alone = PROJECT / "configs" / "hardware" / "h100_alone.json"
    write(alone, read_json(alone) | {"gpu_power": read_json(PROJECT / "configs" / "hardware" / "dgx_h100.json")["gpu_power"]})
    page(table, left_out)


if __name__ == "__main__":
    main()
