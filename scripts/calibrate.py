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
PAGE = """# Calibration

Written by `scripts/calibrate.py`, which refits the coefficients of `configs/hardware` and `configs/stack` on measured data (about a
minute) and changes nothing when run again. What the data are, and which way each is read, stands in [models.md](models.md).
Errors here are the fit script's own; [validation.md](validation.md) holds the program itself against the same sources.

## Errors of the fit

Relative, of absolute values; the worst with its sign. `beam a100` and `dynamollm table 1` compare ratios to the highest clock. Half of the A100's
prefill draws sit at the clamp, hence the median of 0.
"""
LEFT_OUT = """
## Errors on what is left out

Fitted anew without the measurements named, then held against them. Clock response and voltage stay as fitted, and the power model
while latency is refitted. Within ML.ENERGY whole models and parallelisms are predicted within a few percent. Splitwise has
one model at TP2 and TP8: either alone does not say what launching and what bandwidth cost, so these rows are the price of
extrapolating by a factor of four with half of the terms undetermined, not of interpolating to TP4.
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
    """(file, source, quantity, relative errors)"""
    table = []

    def add(file, source, quantity, predicted, measured):
        table.append((file, source, quantity, np.array(predicted) / np.array(measured) - 1))

    for gpu in SERVER:
        for predict, measured, quantity in ((splitwise_decode, "decode_s", "decode step"),
                                            (splitwise_prefill, "prefill_s", "prefill time")):
            points = [d for d in splitwise() if d["gpu"] == gpu and (measured == "decode_s" or d["output"] == 128)]
            add("vllm_2023", f"splitwise {gpu[:4]}", quantity,
                [run(predict, d, stacks["vllm_2023"], power)[0] for d in points], [d[measured] for d in points])
    for predict, measured, quantity in ((median_step, "itl_s", "median inter-token"), (mean_step, "mean_s", "mean step")):
        add("vllm_2025", "ml.energy", quantity, [run(predict, d, stacks["vllm_2025"], power)[0] for d in ml_energy()],
            [d[measured] for d in ml_energy()])
    for source in dict.fromkeys(point[0] for point in power_points()):
        points = [point for point in power_points() if point[0] == source]
        add(SERVER[points[0][4]["gpu"]], source, "GPU power",
            [run(predict, d, stacks[stack], power)[1] for _, stack, _, predict, d in points],
            [point[4]["gpu_w"] for point in points])
    modern = stacks["vllm_2025"]
    add("dgx_a100", "beam a100", "time ratio", time_ratios(dvfs(), modern), [d["time"] for d in dvfs()])
    add("dgx_a100", "beam a100", "power ratio", power_ratios(dvfs(), modern, power), [d["power"] for d in dvfs()])
    add("dgx_h100", "dynamollm table 1", "energy ratio", energy_ratios(dynamollm_clocks(), modern, power),
        [d["energy"] for d in dynamollm_clocks()])
    return table


def summary(table, file: str) -> dict:
    mine = np.abs(np.concatenate([e for f, _, _, e in table if f == file]))
    return {"points": len(mine), "median_error_fraction": round(float(np.median(mine)), 4),
            "p90_error_fraction": round(float(np.quantile(mine, 0.9)), 4)}


def write(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def cells(e: np.ndarray) -> str:
    a = np.abs(e)
    return f"{len(e)} | {np.median(a):.1%} | {np.quantile(a, 0.9):.1%} | {e[np.argmax(a)]:+.1%}"


def page(fitted: list, left_out: list) -> None:
    """docs/calibration.md: the errors of the fit and of what it predicts of points that it was not shown."""
    lines = [PAGE, "| file | source | quantity | points | median | p90 | worst |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {file} | {source} | {quantity} | {cells(e)} |" for file, source, quantity, e in fitted]
    lines += [LEFT_OUT, "| left out | quantity | points | median | p90 | worst |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {quantity} | {cells(e)} |" for name, quantity, e in left_out]
    text = "\n".join(lines) + "\n"
    (PROJECT / "docs" / "calibration.md").write_text(text)
    print(text)


def main() -> None:
    stacks, power = calibrate()
    table = errors(stacks, power)
    for name, gpus in stacks.items():
        path = PROJECT / "configs" / "stack" / f"{name}.json"
        write(path, read_json(path) | {"gpus": gpus | {"default": gpus[H100]}} | summary(table, name))
    for gpu, name in SERVER.items():
        path = PROJECT / "configs" / "hardware" / f"{name}.json"
        hardware = read_json(path)
        write(path, hardware | {"gpu_power": hardware["gpu_power"] | power[gpu], "calibration": hardware["calibration"] | summary(table, name)})
    page(table, leave_out(stacks, power))


if __name__ == "__main__":
    main()
