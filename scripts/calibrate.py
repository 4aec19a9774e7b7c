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
from calibration.fitting import HARDWARE, SERVER, run  # noqa: E402
from calibration.latency import CLOCK, fit_2023, fit_2025, fit_clock, time_ratios  # noqa: E402
from calibration.leave_out import leave_out  # noqa: E402
from calibration.measurements import (  # noqa: E402
    A100, H100, dvfs, dynamollm_clocks, mean_step, median_step, ml_energy, splitwise, splitwise_decode, splitwise_prefill)
from calibration.model import PROJECT, read_json  # noqa: E402
from calibration.power import NOTHING, energy_ratios, fit_power, power_points, power_ratios  # noqa: E402

ROUNDS = 6
SOURCES = {"splitwise": "Splitwise (ISCA 2024), splitwise-sim 8f99e7d", "splitwise decode": "Splitwise (ISCA 2024), splitwise-sim 8f99e7d",
           "splitwise prefill": "Splitwise (ISCA 2024), splitwise-sim 8f99e7d", "ml.energy": "ML.ENERGY v3 0cd52da",
           "tapas decode": "TAPAS (ASPLOS 2025) figure 16, decode", "tapas prefill": "TAPAS (ASPLOS 2025) figure 16, prefill",
           "dynamollm fig 3": "DynamoLLM (HPCA 2025) figure 3", "dynamollm table 1": "DynamoLLM (HPCA 2025) table 1",
           "beam": "BEAM artefact 089b98a"}
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


def calibrate() -> tuple[dict, dict]:
    """Latency needs the power model (for the clamp) and the other way round: repeat until both stand still."""
    clock, power = CLOCK, {gpu: HARDWARE[gpu]["gpu_power"] | NOTHING for gpu in SERVER}
    for _ in range(ROUNDS):
        stacks = {"vllm_2023": fit_2023(splitwise(), clock, power)}
        stacks["vllm_2025"] = fit_2025(ml_energy(), clock, power, stacks["vllm_2023"])
        clock = fit_clock(dvfs(), stacks["vllm_2025"])
        stacks = {name: {gpu: c | {"clock": clock} for gpu, c in gpus.items()} for name, gpus in stacks.items()}
        power = fit_power(power_points(), stacks)
    return stacks, power


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
                [run(predict, d, stacks["vllm_2023"], power)[0] for d in points], [d[measured] for d in points])
    for predict, measured, quantity in ((median_step, "itl_s", "median inter-token"), (mean_step, "mean_s", "mean step")):
        add("vllm_2025 h100", "ml.energy", quantity, [run(predict, d, stacks["vllm_2025"], power)[0] for d in ml_energy()],
            [d[measured] for d in ml_energy()])
    for source in dict.fromkeys(point[0] for point in power_points()):
        points = [point for point in power_points() if point[0] == source]
        add(SERVER[points[0][4]["gpu"]], source, "GPU power",
            [run(predict, d, stacks[stack], power)[1] for _, stack, _, predict, d in points],
            [point[4]["gpu_w"] for point in points])
    modern = stacks["vllm_2025"]
    add("clock", "beam a100", "time ratio", time_ratios(dvfs(), modern), [d["time"] for d in dvfs()])
    add("dgx_a100", "beam a100", "power ratio", power_ratios(dvfs(), modern, power), [d["power"] for d in dvfs()])
    add("dgx_h100", "dynamollm table 1", "energy ratio", energy_ratios(dynamollm_clocks(), modern, power),
        [d["energy"] for d in dynamollm_clocks()])
    return table


def notes(table: list, *blocks: str) -> list[dict]:
    """What stands beside a coefficient block: how well it fits, source by source."""
    return [{"source": SOURCES[source.split(" a100")[0].split(" h100")[0]], "quantity": quantity, "points": len(e),
             "median_error_fraction": round(float(np.median(np.abs(e))), 4),
             "p90_error_fraction": round(float(np.quantile(np.abs(e), 0.9)), 4)}
            for block, source, quantity, e in table if block in blocks]


def unmeasured(quantity: str, source: str) -> dict:
    return {"source": source, "quantity": quantity, "points": 0}


def stack_notes(table: list, stack: str) -> dict[str, list[dict]]:
    """By GPU. Clock response is the A100's; the A100 of 2025 is the H100's software on other hardware."""
    borrowed = unmeasured("clock response", "not measured: the A100's")
    own = {gpu: notes(table, f"{stack} {gpu[:4]}") for gpu in SERVER}
    if not own[A100]:
        own[A100] = [unmeasured("latency", "not measured: the H100's, scaled as docs/models.md says")]
    return {A100: own[A100] + notes(table, "clock"), H100: own[H100] + [borrowed],
            "default": [unmeasured("latency", "not measured: the H100's"), borrowed]}


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


def page(fitted: list, left_out: list) -> None:
    """docs/calibration.md: the errors of the fit and of what it predicts of points that it was not shown."""
    lines = [PAGE, "| coefficients | source | quantity | points | median | p90 | worst |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {file} | {source} | {quantity} | {cells(e)} |" for file, source, quantity, e in fitted]
    lines += [LEFT_OUT, "| left out | quantity | points | median | p90 | worst | target |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {quantity} | {cells(e)} | {target(quantity, e)} |" for name, quantity, e in left_out]
    text = "\n".join(lines) + "\n"
    (PROJECT / "docs" / "calibration.md").write_text(text)
    print(text)


def main() -> None:
    stacks, power = calibrate()
    table = errors(stacks, power)
    for name, gpus in stacks.items():
        path = PROJECT / "configs" / "stack" / f"{name}.json"
        said = stack_notes(table, name)
        write(path, read_json(path) | {"gpus": {gpu: c | {"calibration": said[gpu]}
                                                for gpu, c in (gpus | {"default": gpus[H100]}).items()}})
    for gpu, name in SERVER.items():
        path = PROJECT / "configs" / "hardware" / f"{name}.json"
        hardware = read_json(path)
        write(path, hardware | {"gpu_power": hardware["gpu_power"] | power[gpu], "calibration": notes(table, name)})
    page(table, leave_out(stacks, power))


if __name__ == "__main__":
    main()
